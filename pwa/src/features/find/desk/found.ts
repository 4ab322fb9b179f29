/** Where each found thing opens, and the word beside it. */
import type { RouteLocationRaw } from 'vue-router'
import type { components } from '@/api/schema'
import { t } from '@/i18n'

export type Group = components['schemas']['FoundGroup']
export type Row = components['schemas']['FoundRow']
export type Kind = Group['kind']
/** Texts of the features whose words stand beside a row. */
export const TEXTS = ['find', 'concerns', 'tasks', 'pairing', 'residents', 'duty_reports'] as const

export function placeOf(kind: Kind, row: Row): RouteLocationRaw {
  switch (kind) {
    case 'home': return { name: 'roster.household', params: { id: row.id } }
    case 'person': return { name: 'roster.household', params: { id: row.household_id ?? '' } }
    case 'helper': return { name: 'people', query: { person: row.id } }
    case 'task': return { name: 'tasks.one', params: { id: row.id } }
    case 'visit': return { name: 'tasks.home', params: { id: row.household_id ?? '' }, query: { visit: row.id } }
    case 'concern': return { name: 'concerns.one', params: { id: row.id } }
    case 'pairing': return { name: 'pairing', query: { one: row.id } }
    default: return { name: 'duty_reports' }
  }
}
/** The list with the rest of a kind. */
export function listOf(kind: Kind): RouteLocationRaw {
  const names: Record<Kind, string> = { home: 'roster', person: 'roster', helper: 'people', task: 'tasks', visit: 'tasks.made', concern: 'concerns', pairing: 'pairing', duty_report: 'duty_reports' }
  return { name: names[kind] }
}
const KEYS: Partial<Record<Kind, string>> = { person: 'residents.status', task: 'tasks.kind', visit: 'tasks.outcome', concern: 'concerns.status', pairing: 'find.pairing', duty_report: 'duty_reports.kind' }
export function wordOf(kind: Kind, row: Row): string {
  const key = KEYS[kind]
  if (!key || !row.word || (kind === 'person' && row.word === 'active')) return ''
  const full = `${key}.${row.word}`
  const said = t(full)
  return said === full ? '' : said
}
