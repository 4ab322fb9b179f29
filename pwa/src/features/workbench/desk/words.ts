/** How the first page speaks of days, people and ties. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { dayWords, daysBetween, isoDay } from '@/ui/dates'

export type CareRow = components['schemas']['CareRow']
export type Helper = components['schemas']['Helper']
export type Today = components['schemas']['Today']
export type Suggestion = components['schemas']['Suggestion']

export function tieWords(one: Suggestion): string {
  return [t(`workbench.why.${one.why}`), one.free_today ? t('workbench.free_today') : ''].filter(Boolean).join(t('workbench.comma'))
}
/** What comes next for a home: a first line and a quieter second one. */
export function nextWords(row: CareRow, today = isoDay()): { first: string; second: string; late: boolean } {
  const next = row.next
  if (!next) return { first: row.tries > 1 ? t('workbench.tries', { n: row.tries }) : t('workbench.not_given'), second: '', late: false }
  const who = next.assignee_name ?? t('workbench.open_to_all')
  const late = daysBetween(next.due_to, today)
  if (late > 0) return { first: t('workbench.planned', { day: dayWords(next.due_to) }), second: [t('workbench.late', { n: late }), next.assignee_name].filter(Boolean).join(' · '), late: true }
  if (row.tries > 1) return { first: t('workbench.tries', { n: row.tries }), second: who, late: false }
  return { first: late === 0 ? t('core.today') : dayWords(next.due_to), second: who, late: false }
}
export type Act = 'send' | 'call' | 'family' | 'sooner'
/** The one act that helps most where the row stands. */
export function actOf(row: CareRow, today = isoDay()): Act {
  if (row.tries > 1) return 'family'
  if (!row.next || row.next.state === 'open' || row.next.due_to < today) return 'send'
  return row.next.due_to === today ? 'call' : 'sooner'
}
export { dayWords }
