/** How the committee's pages speak of a task. */
import type { components } from '@/api/schema'
import { locale, t } from '@/i18n'
import { dayWords, daysBetween, isoDay, nearDay, weekday } from '@/ui/dates'

export type Task = components['schemas']['Task']
export type CareRow = components['schemas']['CareRow']
export type Helper = components['schemas']['Helper']
export type Suggestion = components['schemas']['Suggestion']
export type RowAnswer = components['schemas']['RowAnswer']

const KNOWN = new Set(['late', 'no_contact', 'never_met', 'second_try', 'agreed', 'due_today'])
const OUTCOMES = new Set(['met', 'family', 'not_met', 'refused', 'hospitalised', 'moved', 'deceased', 'other'])
const MODES = new Set(['door', 'phone', 'video', 'neighbour', 'device'])

/** `no_contact:34` as a sentence; null for a code this version does not know. */
export function reasonWords(code: string): string | null {
  const [kind = '', value] = code.split(':')
  return KNOWN.has(kind) ? t(`tasks.reason.${kind}`, { n: Number(value ?? 0) }) : null
}
export function dueWords(due: string, today = isoDay()): string {
  const late = daysBetween(due, today)
  return late > 0 ? t('tasks.late_by', { n: late }) : nearDay(due, today)
}
export const isLate = (due: string, today = isoDay()): boolean => due < today
export function outcomeWords(met: string | null | undefined): string {
  return met && OUTCOMES.has(met) ? t(`tasks.outcome.${met}`) : (met ?? '')
}
export function modeWords(mode: string): string {
  return MODES.has(mode) ? t(`tasks.mode.${mode}`) : mode
}
/** 周一、周三 */
export function dayList(weekdays: readonly number[]): string {
  return weekdays.map((n) => weekday(`2026-11-${22 + n}`, 'short')).join(locale.value === 'en' ? ', ' : '、')
}
export function freeWords(helper: Helper | undefined): string {
  if (!helper) return ''
  if (helper.note) return helper.note
  return helper.weekdays.length ? t('tasks.free_on', { days: dayList(helper.weekdays) }) : t('tasks.said_nothing')
}
export function whyWords(one: Suggestion): string {
  return [t(`tasks.why.${one.why}`), one.free_today ? t('tasks.free_today') : ''].filter(Boolean).join(locale.value === 'en' ? ', ' : '，')
}
/** The first day in a window, or after it, on which somebody said they are free. */
export function freeIn(helper: Helper | undefined, from: string, to: string): { clash: boolean; next: string | null } {
  if (!helper || helper.weekdays.length === 0) return { clash: false, next: null }
  const first = from > isoDay() ? from : isoDay()
  for (let ahead = 0; ahead <= 28; ahead++) {
    const day = new Date(Date.parse(`${first}T00:00:00Z`) + ahead * 86_400_000).toISOString().slice(0, 10)
    const free = helper.weekdays.includes(((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1)
    if (free) return day <= to || day === first ? { clash: false, next: null } : { clash: true, next: day }
  }
  return { clash: true, next: null }
}
export { dayWords }
