/** How 请看一下 speaks of an entry or a flagged visit, and the acts it offers for it. */
import { api } from '@/api/client'
import type { components } from '@/api/schema'
import { t } from '@/i18n'

export type Line = components['schemas']['AttentionLine']
export type Detail = components['schemas']['AttentionDetail']
export type Result = components['schemas']['DecisionResult']
export type Act = components['schemas']['RowToDecide']['act']
export const KINDS = ['any', 'not_assigned', 'conflict', 'refused', 'lost_phone', 'duplicate', 'clock', 'other'] as const
export type Kind = (typeof KINDS)[number]

const TYPES = new Set(['visit.record', 'visit.amend', 'task.claim', 'task.decline', 'task.hand_over', 'task.report', 'duty_report.record', 'patrol.finding', 'patrol.report', 'mediation.follow_up', 'consent.give', 'consent.withdraw'])
const CODES = new Set(['id_reuse', 'id_taken', 'unparseable', 'client_too_old', 'server_error', 'device_revoked', 'conflict', 'task_taken', 'no_consent'])
const FIELDS = new Set(['met', 'mode', 'visit_date', 'purpose', 'next_action', 'next_date', 'hazards', 'household_id', 'amends', 'opinion', 'duration_min', 'to_user_id', 'entity_id'])
const FLAGS = new Set(['possible_duplicate', 'clock', 'old_code', 'many_in_minutes', 'code_twice', 'no_consent', 'consent_urgent', 'consent_withdrawn'])

const NO_CONSENT = new Set(['none', 'renew', 'withdrawn'])

/** Why it is here, as one plain sentence. */
export function why(row: Line): string {
  if (row.what === 'visit') return row.flags.map((flag) => t(`tasks.flag.${FLAGS.has(flag) ? flag : 'other'}`)).join(t('tasks.comma'))
  if (row.code === 'not_assigned') return t(row.facts.assigned_then ? 'tasks.att.was_assigned' : 'tasks.att.not_assigned')
  if (row.code === 'invalid') return row.field && FIELDS.has(row.field) ? t('tasks.att.invalid_field', { field: t(`tasks.att.field.${row.field}`) }) : t('tasks.att.invalid')
  if (row.code === 'no_consent') return t(`tasks.att.no_consent.${NO_CONSENT.has(String(row.facts.why)) ? String(row.facts.why) : 'none'}`)
  return CODES.has(row.code) ? t(`tasks.att.${row.code}`) : row.message
}
export function typeWords(row: Line): string { return TYPES.has(row.type) ? t(`tasks.att.kind.${row.type.replace('.', '_')}`) : t('tasks.att.kind.some') }
export function ageWords(hours: number): string {
  if (hours < 1) return t('tasks.att.age_now')
  return hours < 24 ? t('tasks.att.age_hours', { n: hours }) : t('tasks.att.age_days', { n: Math.floor(hours / 24) })
}
export const isVisitForm = (row: Line): boolean => row.type.startsWith('visit.')
/** What one tap (or Enter) does here; null where somebody has to look first. */
export function offered(row: Line): Act | null {
  if (row.state !== 'open') return null
  if (row.what === 'visit') return row.flags.includes('possible_duplicate') ? 'two' : 'fine'
  return row.code === 'unparseable' || row.code === 'conflict' || row.code === 'invalid' || row.code === 'no_consent' || row.code === 'task_taken' || row.code === 'photo_given_up' ? null : 'accept'
}
/** Whether the machine could take it in as it is; the server has the last word. */
export const acceptable = (row: Line): boolean => row.what === 'entry' && row.code !== 'unparseable' && row.code !== 'task_taken' && row.code !== 'photo_given_up'
export function stateWords(row: Line): string {
  return ['accepted', 'edited', 'closed', 'fine', 'two', 'same'].includes(row.state) ? t(`tasks.att.state.${row.state}`) : ''
}
export const undoable = (row: Pick<Line, 'state'>): boolean => ['closed', 'fine', 'two', 'same'].includes(row.state)

export async function decide(rows: { row: Line; act: Act; same_as?: string | null }[], reason = ''): Promise<Result[]> {
  const body = { rows: rows.map(({ row, act, same_as }) => ({ id: row.id, what: row.what, act, same_as: same_as ?? null })), reason }
  return (await api.POST('/api/v1/visits/attention/decide', { body })).data?.results ?? []
}
export async function openAgain(rows: Pick<Line, 'id' | 'what'>[]): Promise<Result[]> {
  const body = { rows: rows.map(({ id, what }) => ({ id, what })) }
  return (await api.POST('/api/v1/visits/attention/undo', { body })).data?.results ?? []
}
export async function readOne(row: Pick<Line, 'id' | 'what'>): Promise<Detail | null> {
  if (row.what === 'visit') return (await api.GET('/api/v1/visits/attention/flagged/{visit_id}', { params: { path: { visit_id: row.id } } })).data ?? null
  return (await api.GET('/api/v1/visits/attention/{item_id}', { params: { path: { item_id: row.id } } })).data ?? null
}
export async function acceptEdited(id: string, payload: Record<string, unknown>, reason: string): Promise<void> {
  await api.POST('/api/v1/visits/attention/{item_id}/accept', { params: { path: { item_id: id } }, body: { reason, payload } })
}
