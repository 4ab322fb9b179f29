/** The facts every visit record starts from; a form or a tap on an outcome changes only what it is about. */
import { isoDay } from '@/ui/dates'
import type { HouseholdRow, TaskRow } from '@/db/queries'
import type { MutationPayloads } from '@/sync'
import type { Arrival } from './arrival'

export type VisitRecord = MutationPayloads['visit.record']

export function blankVisit(home: Pick<HouseholdRow, 'id'>, task: Pick<TaskRow, 'id'> | null, arrival: Arrival, startedAt: string): VisitRecord {
  return {
    household_id: home.id, task_id: task?.id ?? null, visit_date: isoDay(), started_at: startedAt, mode: 'door', purpose: 'routine', met: 'met',
    people_met: [], family_changes: null, needs: [], hazards: [], policies_told: [], items_given: [], opinion: null,
    next_action: 'none', next_date: null, duration_min: null, filled_for: null,
    evidence: arrival.evidence, code_generation: arrival.generation, attachments: [], form: 'F1', form_version: 1,
  }
}
