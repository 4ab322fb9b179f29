/** The committee's verbs on visits to make, each answering row by row, with the way back. */
import { api } from './client'
import type { components } from './schema'

export type RowAnswer = components['schemas']['RowAnswer']
type WholeRow = components['schemas']['AssignRow']
/** What a row leaves out stays as the server has it. */
export type AssignRow = Partial<WholeRow>
export interface Seen { task_id: string; version: number }

const EMPTY: WholeRow = { task_id: null, version: null, household_id: null, assignee_id: null, due_from: null, due_to: null, agreed_day: false, mode: null, purpose: null, note: null }

export async function assign(rows: AssignRow[]): Promise<RowAnswer[]> {
  const { data } = await api.POST('/api/v1/tasks/assign', { body: { rows: rows.map((row) => ({ ...EMPTY, ...row })) } })
  return data?.results ?? []
}
/** Moves visits to another day; the reason stays with each. */
export async function postpone(rows: Seen[], dueTo: string, reason = ''): Promise<RowAnswer[]> {
  const { data } = await api.POST('/api/v1/tasks/postpone', { body: { rows, due_from: null, due_to: dueTo, reason } })
  return data?.results ?? []
}
/** Takes back what these answers did; true when every row is as before. */
export async function takeBack(answers: readonly RowAnswer[]): Promise<boolean> {
  const rows = done(answers)
  if (rows.length === 0) return true
  const { data } = await api.POST('/api/v1/tasks/undo', { body: { rows } })
  return (data?.results ?? []).every((row) => row.ok)
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
