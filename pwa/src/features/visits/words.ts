/** How the list speaks: when a visit is due, why it is needed, what came of the last one. */
import { t } from '@/i18n'
import { dayWords, daysBetween, isoDay, nearDay, weekday } from '@/ui/dates'
import type { SyncLineState } from '@/ui/syncLine'
import type { Status } from '@/sync'
import type { TodayItem } from '@/db/queries'

export function dueWords(item: TodayItem, today = isoDay()): string {
  if (item.late_days > 0) return t('visits.late_days', { n: item.late_days })
  const ahead = daysBetween(today, item.task.due_to)
  if (ahead <= 1) return nearDay(item.task.due_to, today)
  return t('visits.before_day', { day: ahead < 7 ? weekday(item.task.due_to, 'short') : dayWords(item.task.due_to, today) })
}
/** 上周五, 昨天, 11月3日 */
export function plannedWords(day: string, today = isoDay()): string {
  const ago = daysBetween(day, today)
  if (ago <= 1) return nearDay(day, today)
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
  if (ago <= sinceMonday) return weekday(day, 'short')
  if (ago <= sinceMonday + 7) return t('visits.last_week_day', { day: weekday(day, 'short') })
  return dayWords(day, today)
}
/** One reason code of the server (`no_contact:34`) in words; null for one that the row says otherwise. */
export function reasonWords(code: string, late = false): string | null {
  const [kind, value] = code.split(':')
  const n = Number(value ?? 0)
  switch (kind) {
    case 'no_contact': return t(late ? 'visits.reason_no_contact_late' : 'visits.reason_no_contact', { n })
    case 'never_met': return t('visits.reason_never_met')
    case 'second_try': return n > 1 ? t('visits.reason_second_try_n', { n }) : t('visits.reason_second_try')
    case 'agreed': return t('visits.reason_agreed')
    default: return null
  }
}
/** The reasons with the days counted to today: the list may be some days old. */
function reasonsNow(item: TodayItem, today: string): string[] {
  const last = item.household?.last_contact?.date
  return item.task.reasons.map((code) => (last && code.startsWith('no_contact:') ? `no_contact:${Math.max(0, daysBetween(last, today))}` : code))
}
/** The one line under the name: first why, then what was agreed or where a house without a number stands. */
export function reasonLine(item: TodayItem, today = isoDay()): string {
  const late = item.late_days > 0
  const words = reasonsNow(item, today).map((code) => reasonWords(code, late)).filter((word): word is string => word !== null)
  const first = words.slice(0, late ? 1 : 2)
  const plate = item.household?.plate ?? item.task.plate
  const agreed = item.task.agreed[0] ?? item.household?.agreed[0]
  if (!late && !plate.building && item.task.address) return [first[0], item.task.address].filter(Boolean).join(' · ')
  if (!late && first.length < 2 && agreed) first.push(t('visits.agreed_for', { what: agreed }))
  return first.join(' · ')
}
/** The same in large text, where a row keeps only how long nobody was in touch. */
export function reasonShort(item: TodayItem, today = isoDay()): string {
  const silent = reasonsNow(item, today).find((code) => code.startsWith('no_contact:'))
  if (silent) return t(item.late_days > 0 ? 'visits.reason_no_contact' : 'visits.reason_no_contact_short', { n: Number(silent.split(':')[1]) })
  return item.task.reasons.map((code) => reasonWords(code)).find((word) => word !== null) ?? ''
}
export function metWords(met: string | null | undefined): string {
  const key = met ?? 'other'
  return ['met', 'family', 'not_met', 'refused', 'hospitalised', 'moved', 'deceased', 'other'].includes(key) ? t(`visits.met.${key}`) : key
}
/** What came of the last contact: whom one met, and what was to come after it. */
export function cameOf(last: { outcome: string; next?: string }): string {
  const met = metWords(last.outcome)
  return last.next === 'refer' || last.next === 'revisit' ? t(`visits.last_then.${last.next}`, { met }) : met
}
/** Which of the sync line's states is the one to show now; `onlyInPage`: the browser keeps nothing. */
export function syncLine(status: Status, online: boolean, onlyInPage = false): SyncLineState {
  const offline = !online || status.reachable === false
  const open = status.attention.length
  if (status.sending) return { kind: 'sending', done: status.sending.n, total: status.sending.of }
  if (status.waiting > 0 && onlyInPage) return { kind: 'page', n: status.waiting }
  if (status.waiting > 0 && status.storageTight) return { kind: 'full', n: status.waiting }
  if (status.waiting > 0) return { kind: offline ? 'offline' : 'waiting', n: status.waiting }
  if (open > 0) return { kind: 'attention', n: open }
  if (status.listLocked) return { kind: 'locked' }
  const last = status.received[0]?.at ?? null
  return last ? { kind: 'received', at: last } : { kind: onlyInPage ? 'online' : 'fresh' }
}
