/** The committee's verbs on visits to make, each answering row by row, with the way back. */
import { api } from '../client'
import type { components } from '../schema'

export type RowAnswer = components['schemas']['RowAnswer']
type WholeRow = components['schemas']['AssignRow']
/** What a row leaves out stays as the server has it. */
export type AssignRow = Partial<WholeRow>
export interface Seen { task_id: string; version: number }

const EMPTY: WholeRow = { task_id: null, version: null, household_id: null, assignee_id: null, due_from: null, due_to: null, agreed_day: false, mode: null, purpose: null, note: null }

const AT_ONCE = 200
/** The server takes two hundred rows at a time; longer choices go in several requests, each of which stands for itself. */
async function inParts<Row, Answer>(rows: readonly Row[], send: (part: Row[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < rows.length; start += AT_ONCE) answers.push(...(await send(rows.slice(start, start + AT_ONCE))))
  return answers
}
export function assign(rows: AssignRow[]): Promise<RowAnswer[]> {
  return inParts(rows, async (part) => (await api.POST('/api/v1/tasks/assign', { body: { rows: part.map((row) => ({ ...EMPTY, ...row })) } })).data?.results ?? [])
}
/** Moves visits to another day; the reason stays with each. */
export function postpone(rows: Seen[], dueTo: string, reason = ''): Promise<RowAnswer[]> {
  return inParts(rows, async (part) => (await api.POST('/api/v1/tasks/postpone', { body: { rows: part, due_from: null, due_to: dueTo, reason } })).data?.results ?? [])
}
/** Takes visits off everybody's list, with the reason. */
export function withdraw(rows: Seen[], reason: string): Promise<RowAnswer[]> {
  return inParts(rows, async (part) => (await api.POST('/api/v1/tasks/cancel', { body: { rows: part, reason } })).data?.results ?? [])
}
/** Takes back what these answers did; true when every row is as before. */
export async function takeBack(answers: readonly RowAnswer[]): Promise<boolean> {
  const rows = done(answers)
  if (rows.length === 0) return true
  const results = await inParts(rows, async (part) => (await api.POST('/api/v1/tasks/undo', { body: { rows: part } })).data?.results ?? [])
  return results.every((row) => row.ok)
}
export function done(answers: readonly RowAnswer[]): Seen[] {
  return answers.flatMap((one) => (one.ok && one.task_id && one.version ? [{ task_id: one.task_id, version: one.version }] : []))
}
/** The sentence of the first refused row, if any. */
export function refusal(answers: readonly RowAnswer[]): string | null {
  return answers.find((one) => !one.ok)?.error?.message ?? null
}

export type Home = components['schemas']['HouseholdRow']

/** Households by name, pinyin, address or the end of a phone number; asked by POST, so that no name stands in an address. */
export async function findHomes(text: string, areaId: string | null): Promise<Home[]> {
  const body = { query: text.trim(), area_id: areaId, grid: null, building: null, page: 1, page_size: 50 }
  const { data } = await api.POST('/api/v1/households/search', { body })
  return data?.rows ?? []
}

export type ConcernAnswer = components['schemas']['ConcernAnswer']
/** Gives several concerns out alike, each with its own place. */
export function assignConcerns(rows: { concern_id: string; place: string; version: number | null }[], to: string | null, due: string | null): Promise<ConcernAnswer[]> {
  return inParts(rows, async (part) => (await api.POST('/api/v1/concerns/assign', { body: { rows: part, to_user_id: to, to_pool: to === null, handler: '', due_to: due, note: '' } })).data?.results ?? [])
}
/** True when every one is as before. */
export async function takeConcernsBack(answers: readonly ConcernAnswer[]): Promise<boolean> {
  const rows = answers.filter((one) => one.ok).map(({ concern_id }) => ({ concern_id }))
  const results = await inParts(rows, async (part) => (await api.POST('/api/v1/concerns/undo', { body: { rows: part } })).data?.results ?? [])
  return results.every((row) => row.ok)
}
/** Who may be sent, by name. */
export async function goers(areaId: string | null): Promise<{ id: string; name: string }[]> {
  const { data } = await api.GET('/api/v1/pairings/helpers', { params: { query: areaId ? { area_id: areaId } : {} } })
  return (data ?? []).map(({ user_id, name }) => ({ id: user_id, name }))
}
