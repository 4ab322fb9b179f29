/** The facts every visit record starts from; a form or a tap on an outcome changes only what it is about. */
import { formOf, sensitiveOf } from '@/api/forms'
import { isoDay } from '@/ui/dates'
import type { HouseholdRow, TaskRow } from '@/db/queries'
import type { ElderHead, HeadAnswer, MutationPayloads } from '@/sync'
import type { Arrival } from './arrival'

export type VisitRecord = MutationPayloads['visit.record']
/** What only an elder's check asks; null until it is answered. */
export type ElderAnswers = Record<ElderHead, HeadAnswer | null> & { supporter_contact: string | null; device_ok: string | null }

export function blankVisit(home: Pick<HouseholdRow, 'id' | 'form'>, task: Pick<TaskRow, 'id'> | null, arrival: Arrival, startedAt: string): VisitRecord {
  const elder = home.form === 'F2'
  return {
    household_id: home.id, task_id: task?.id ?? null, visit_date: isoDay(), started_at: startedAt, mode: 'door', purpose: 'routine', met: 'met',
    people_met: [], family_changes: null, needs: [], hazards: elder ? null : [], policies_told: [], items_given: [], opinion: null,
    next_action: 'none', next_date: null, duration_min: null, filled_for: null,
    evidence: arrival.evidence, code_generation: arrival.generation, attachments: [],
    ...(elder ? { ...NOT_ASKED, form: 'F2', form_version: formOf('F2').version } : { form: 'F1', form_version: formOf('F1').version }),
  }
}
export const NOT_ASKED: ElderAnswers = { health: null, mind: null, safety: null, hygiene: null, living: null, supporter_contact: null, device_ok: null }

/** What a correction starts from: all that was recorded but what is for the committee alone, which is not shown again. */
export function shownAgain(payload: Record<string, unknown>): Record<string, unknown> {
  const kept = { ...payload }
  for (const name of sensitiveOf(formOf(payload.form, payload.form_version))) if (name in kept) kept[name] = null
  return kept
}
