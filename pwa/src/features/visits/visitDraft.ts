/**
 * One unfinished form per home, F1 or F2 as its card says: every answer is written to the phone at the tap, text after half a second of rest or
 * when the field is left, and everything is there again after the page was closed.
 */
import { computed, reactive, ref } from 'vue'
import * as sync from '@/sync'
import * as queries from '@/db/queries'
import type { HouseholdRow, OwnQuestionsRow, TaskRow } from '@/db/queries'
import type { HeadAnswer } from '@/sync'
import type { Arrival } from './arrival'
import { formOf, ownNames } from '@/api/forms'
import { keepDraft } from '@/app/keepDraft'
import { blankVisit, type VisitRecord } from './record'

/** An unasked question is null; "all in order" is an answer. */
export interface VisitAnswers extends Omit<VisitRecord, 'hazards' | 'next_action' | 'started_at'> {
  started_at: string
  hazards: VisitRecord['hazards'] | null
  next_action: VisitRecord['next_action'] | null
  /** The visit this corrects: the record is then sent as a new entry that amends it. */
  amends?: string
}
/** `hazards`, `next`, or the name of a head or question of its form. */
export type Question = string
/** A child's check stands beside the usual form of the same home. */
export const draftKey = (householdId: string, form?: unknown) => `${form === 'F2c' ? 'child' : 'visit'}:${householdId}`

export function visitDraft(home: HouseholdRow, task: TaskRow | null, arrival: Arrival) {
  const key = draftKey(home.id, home.form)
  const start = new Date().toISOString()
  const answers = reactive<VisitAnswers>({ ...blankVisit(home, task, arrival, start), started_at: start, hazards: null, next_action: null, people_met: home.people[0] ? [home.people[0].id] : [] })
  const copy = () => JSON.parse(JSON.stringify(answers)) as VisitAnswers
  const { savedAt, unsaved, save, saveSoon, flush, load: kept, finished, drop } = keepDraft(key, copy, home.id)
  const form = computed(() => formOf(answers.form, answers.form_version))
  /** The committee's own questions that are asked here; a form begun under one version is finished under it. */
  const own = computed<OwnQuestionsRow | null>(() => {
    const begun = answers.own ? queries.ownQuestionsOf(home.area_id, answers.own.version) : queries.ownQuestions().find((one) => one.area_id === home.area_id)
    return begun && askedAt(begun, answers) ? begun : null
  })
  /** In words, the first of them that is still to be answered. */
  const ownOpen = ref<string | null>(null)
  /** Somebody must have agreed to this form, and has not; the part of the screen that asks for it says so. */
  const unagreed = ref(false)
  /** Only at the door can everything be seen; in a correction what is not said anew stands as it was. */
  const mustSee = computed(() => answers.mode === 'door' && !answers.amends)
  const missing = computed<Question[]>(() => (form.value.consent !== null && unagreed.value ? ['consent'] : []).concat([...form.value.heads.map((one) => ({ ...one, required: true })), ...form.value.questions]
    .filter((one) => one.required && answerOf(answers, one.id) === null && (mustSee.value || !one.sensitive))
    .map((one) => (one.id === 'next_action' ? 'next' : one.id)))
    .concat(own.value && ownOpen.value !== null ? ['own'] : []))

  /** Takes answers over; text may rest for half a second before it is written. */
  function put(change: Partial<VisitAnswers>, soon = false): void {
    Object.assign(answers, change)
    if (soon) saveSoon()
    else void save()
  }
  async function load(): Promise<boolean> {
    const before = await kept<VisitAnswers>()
    if (!before) return false
    if (before.form !== answers.form) for (const name of ownNames(form.value)) Reflect.deleteProperty(answers, name)
    Object.assign(answers, before)
    // A later scan is better evidence than an earlier pick from the list.
    if (answers.evidence === 'list' && arrival.evidence !== 'list') Object.assign(answers, { evidence: arrival.evidence, code_generation: arrival.generation })
    if (!answers.task_id && task) answers.task_id = task.id
    return true
  }
  /** `dependsOn`: what has to arrive before it, like a consent said a moment ago. */
  async function finish(dependsOn: string[] = []): Promise<sync.Recorded> {
    await flush()
    const { hazards, next_action, amends } = answers
    if (missing.value.length || next_action === null) throw new Error('a question is open')
    // What was answered before the purpose was changed to one it is not asked at stays behind.
    const gone = answers.own && own.value === null && queries.ownQuestionsOf(home.area_id, answers.own.version) !== null
    if (gone) answers.own = null
    const record: VisitRecord = { ...(JSON.parse(JSON.stringify({ ...answers, amends: undefined })) as VisitAnswers), hazards, next_action, opinion: tidy(answers.opinion), family_changes: tidy(answers.family_changes), filled_for: tidy(answers.filled_for), next_date: next_action === 'revisit' ? answers.next_date : null, items_given: answers.items_given.filter((item) => item.name.trim() !== '') }
    const recorded = await (amends ? sync.enqueue('visit.amend', { ...record, amends }, { draftKey: key }) : sync.enqueue('visit.record', record, { draftKey: key, ...(dependsOn.length ? { dependsOn } : {}) }))
    finished()
    return recorded
  }
  return { answers, form, own, ownOpen, unagreed, savedAt, unsaved, missing, put, save, flush, load, finish, drop, key }
}
function askedAt(sheet: OwnQuestionsRow, visit: Pick<VisitAnswers, 'form' | 'purpose'>): boolean {
  return visit.form !== 'F2c' && (sheet.forms.length === 0 || sheet.forms.includes(visit.form)) && (sheet.purposes.length === 0 || sheet.purposes.includes(visit.purpose))
}
/** What was said to one question, whatever form it is of. */
export function answerOf(answers: VisitAnswers, name: string): unknown {
  return (answers as unknown as Record<string, unknown>)[name] ?? null
}
export const headOf = (answers: VisitAnswers, head: string) => answerOf(answers, head) as HeadAnswer | null
function tidy(text: string | null): string | null {
  return text?.trim() || null
}
