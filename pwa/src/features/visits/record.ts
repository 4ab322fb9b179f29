/** The facts every visit record starts from; a form or a tap on an outcome changes only what it is about. */
import { formOf, ownNames, question, sensitiveOf } from '@/api/forms'
import { isoDay } from '@/ui/dates'
import type { HouseholdRow, TaskRow } from '@/db/queries'
import type { MutationPayloads } from '@/sync'
import type { Arrival } from './arrival'

export type VisitRecord = MutationPayloads['visit.record']

export function blankVisit(home: Pick<HouseholdRow, 'id' | 'form'>, task: Pick<TaskRow, 'id'> | null, arrival: Arrival, startedAt: string): VisitRecord {
  const form = formOf(home.form)
  return {
    household_id: home.id, task_id: task?.id ?? null, visit_date: isoDay(), started_at: startedAt, mode: 'door', purpose: 'routine', met: 'met',
    people_met: [], family_changes: null, needs: [], hazards: question(form, 'hazards') ? [] : null, policies_told: [], items_given: [], opinion: null,
    next_action: 'none', next_date: null, duration_min: null, filled_for: null,
    evidence: arrival.evidence, code_generation: arrival.generation, attachments: [],
    own: null, signed: null,
    ...Object.fromEntries(ownNames(form).map((name) => [name, null])), ...(form.consent === null ? {} : { child_id: null, consent_id: null }), form: form.id as VisitRecord['form'], form_version: form.version,
  }
}

/** What a correction starts from: all that was recorded but what is for the committee alone (its own questions among it), which is not shown again. */
export function shownAgain(payload: Record<string, unknown>): Record<string, unknown> {
  const kept = { ...payload }
  if ('own' in kept) kept.own = null
  for (const name of sensitiveOf(formOf(payload.form, payload.form_version))) if (name in kept) kept[name] = null
  return kept
}
