/** The periods a table of disputes is asked for, by the names the server knows, and who asks. */
import type { components } from '@/api/schema'

export type Row = components['schemas']['DisputesRow']
export const COUNTS = ['accepted', 'succeeded', 'written', 'oral', 'failed', 'performed', 'followed_up', 'prevented'] as const
export type Count = (typeof COUNTS)[number]
export const KINDS = ['month', 'quarter', 'half', 'year', 'own'] as const
export type Kind = (typeof KINDS)[number]
export const READERS = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker', 'mediator', 'township_office', 'county_bureau', 'city_bureau', 'province_office'] as const

const MONTH = '20\\d\\d-(?:0[1-9]|1[0-2])'
const NAMES: Record<Kind, RegExp> = { month: new RegExp(`^${MONTH}$`), quarter: /^20\d\d-Q[1-4]$/, half: /^20\d\d-H[12]$/, year: /^20\d\d$/, own: new RegExp(`^${MONTH}\\.\\.${MONTH}$`) }
const YEARS = 5

/** Which kind of period a name stands for; null when it is none. */
export function kindOf(name: unknown): Kind | null {
  return typeof name === 'string' ? (KINDS.find((kind) => NAMES[kind].test(name)) ?? null) : null
}
/** The period of a kind that a day lies in. */
export function around(kind: Kind, day: string): string {
  const [year, month] = [day.slice(0, 4), Number(day.slice(5, 7))]
  switch (kind) {
    case 'month': return day.slice(0, 7)
    case 'quarter': return `${year}-Q${Math.ceil(month / 3)}`
    case 'half': return `${year}-H${Math.ceil(month / 6)}`
    case 'year': return year
    case 'own': return `${year}-01..${day.slice(0, 7)}`
  }
}
/** Those of a kind that may be chosen, the newest first; months are typed. */
export function choices(kind: 'quarter' | 'half' | 'year', today: string): string[] {
  const parts = { quarter: ['Q4', 'Q3', 'Q2', 'Q1'], half: ['H2', 'H1'], year: [''] }[kind]
  const last = around(kind, today)
  const years = Array.from({ length: YEARS }, (_, back) => String(Number(today.slice(0, 4)) - back))
  return years.flatMap((year) => parts.map((part) => (part ? `${year}-${part}` : year))).filter((name) => name <= last)
}
/** One's own period with one end moved; the other end goes along where it would lie on the wrong side. */
export function stretched(name: string, end: 'from' | 'to', month: string): string {
  const [from, to] = name.split('..') as [string, string]
  return end === 'from' ? `${month}..${to < month ? month : to}` : `${from > month ? month : from}..${month}`
}
