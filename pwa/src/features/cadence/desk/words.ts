/** How the pages of the cadence speak of people, intervals and ways. */
import { t } from '@/i18n'
import { hasRole } from '@/api/session'
import type { components } from '@/api/schema'

export type Rule = components['schemas']['CadenceRule']
export type Table = components['schemas']['CadenceTable']
export type Occasion = components['schemas']['Occasion']
export type Figure = components['schemas']['Figure']

export const INTERVALS = ['1d', '3d', '1w', '2w', '1m', '2m', '3m', '6m', '12m'] as const
export type Interval = (typeof INTERVALS)[number]
export const LEVELS = ['general', 'key', 'high'] as const
export const MODES = ['door', 'phone', 'video'] as const
const DERIVED = new Set(['elder_special', 'elder', 'ordinary'])

export function targetWord(target: string): string {
  return t(DERIVED.has(target) ? `cadence.target.${target}` : `residents.care.${target}`)
}
export function modeWords(modes: readonly string[]): string {
  return MODES.filter((one) => modes.includes(one)).map((one) => t(`cadence.mode.${one}`)).join(t('cadence.comma'))
}
/** Whether an interval asks for less than the one the level above set; `none` asks for nothing. */
export function laxer(every: string, above: string): boolean {
  const rank = (one: string) => (one === 'none' ? INTERVALS.length : INTERVALS.indexOf(one as Interval))
  return rank(every) > rank(above)
}
/** One row per kind of people, the levels beside each other. */
export function rows(rules: readonly Rule[]): { target: string; levels: Record<string, Rule | undefined>; first: Rule }[] {
  const found = new Map<string, { target: string; levels: Record<string, Rule | undefined>; first: Rule }>()
  for (const rule of rules) {
    const row = found.get(rule.target) ?? { target: rule.target, levels: {}, first: rule }
    row.levels[rule.level] = rule
    found.set(rule.target, row)
  }
  return [...found.values()]
}
export const answersForCare = () => hasRole('committee', 'committee_head', 'social_worker', 'civil_affairs_worker')
