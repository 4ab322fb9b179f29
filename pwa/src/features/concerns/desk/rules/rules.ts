/** What the panels of the rule page share: the contract's types, and numbers as people say them. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'

export type Rules = components['schemas']['ConcernRules']
export type TimeLine = components['schemas']['DeadlineLine']
export type SilenceLine = components['schemas']['SilenceLine']
export type Year = components['schemas']['RuleYear']
export type Day = components['schemas']['RuleDay']
export type Change = components['schemas']['ConcernRuleChange']
export type Office = components['schemas']['OfficeRow']
type Numbers = components['schemas']['Numbers']

export const FIELDS = ['accept_days', 'contact_hours', 'finish_days', 'extension_days'] as const
export const STEPS = ['accept', 'contact', 'finish'] as const
export const RUNGS = ['handler', 'head', 'township'] as const

export function natureWord(nature: string): string {
  return nature === '*' ? t('concern_rules.every') : t(`concerns.nature.${nature}`)
}
export function numberWord(field: (typeof FIELDS)[number], n: number): string {
  if (field === 'contact_hours') return t('concern_rules.hours', { n })
  return n === 0 ? t('concern_rules.no_more') : t('concern_rules.days', { n })
}
const COLUMN = { accept_days: 'accept', contact_hours: 'contact', finish_days: 'finish', extension_days: 'extension' } as const
export function columnOf(field: (typeof FIELDS)[number]): string {
  return t(`concern_rules.col.${COLUMN[field]}`)
}
export function numbersWord(numbers: Numbers): string {
  return FIELDS.map((field) => `${columnOf(field)} ${numberWord(field, numbers[field])}`).join(t('concern_rules.comma'))
}
export function afterWord(days: number | null | undefined): string {
  if (days === null || days === undefined) return t('concern_rules.never')
  return days === 0 ? t('concern_rules.after.0') : t('concern_rules.after', { n: days })
}

export interface Span { first: string; last: string; works: boolean; name: string; own: boolean; set_by: string | null }
/** Days in a row that say the same are one line of the list. */
export function spans(days: readonly Day[]): Span[] {
  const found: Span[] = []
  for (const day of days) {
    const last = found.at(-1)
    const alike = last && last.works === day.works && last.name === day.name && last.own === day.own && last.set_by === day.set_by
    if (alike && dayAfter(last.last) === day.date) last.last = day.date
    else found.push({ first: day.date, last: day.date, works: day.works, name: day.name, own: day.own, set_by: day.set_by })
  }
  return found
}
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

/** One line of the history as two sides. */
export function changeWords(one: Change): { what: string; before: string; after: string } {
  const [first = '', second = ''] = one.key.split('.')
  if (one.kind === 'deadline') return { what: `${natureWord(first)} · ${t(`concerns.urgency.${second}`)}`, before: side(one.before), after: side(one.after) }
  if (one.kind === 'silence') return { what: `${t(`concern_rules.step.${first}`)} · ${t(`concern_rules.rung.${second}`)}`, before: told(one.before), after: told(one.after) }
  if (one.kind === 'year') return { what: t('concern_rules.changed_year', { year: one.key }), before: whole(one.before), after: whole(one.after) }
  return { what: one.key, before: dayWord(one.before), after: dayWord(one.after) }
}
type Side = Change['before']
function side(value: Side): string { return value ? numbersWord(value as unknown as Numbers) : t('concern_rules.as_above') }
function told(value: Side): string { return value ? afterWord((value as unknown as { days: number | null }).days) : t('concern_rules.as_above') }
function whole(value: Side): string { return t(value ? 'concern_rules.all_entered' : 'concern_rules.not_all') }
function dayWord(value: Side): string {
  if (!value) return t('concern_rules.national')
  const { works, name } = value as unknown as { works: boolean; name: string }
  return [t(works ? 'concern_rules.works' : 'concern_rules.off'), name].filter(Boolean).join(' ')
}
