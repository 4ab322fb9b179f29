/** How one recorded entry is called in a list: whose door, and what came of it. */
import { t } from '@/i18n'
import type { LocalRecord } from '@/db/queries'
import { metWords } from './words'

/** Entries that are about no home of a list. */
const NAMELESS = new Set(['duty_report.record', 'patrol.finding', 'patrol.report', 'mediation.follow_up', 'consent.give', 'consent.withdraw'])
/** What was written there is never shown again on the phone. */
const UNSHOWN = new Set(['duty_report.record', 'patrol.finding', 'mediation.follow_up', 'consent.give', 'consent.withdraw'])

export function recordWords(one: LocalRecord): string {
  if (UNSHOWN.has(one.type)) return t('visits.records.not_shown_again')
  return one.met ? metWords(one.met) : t(`visits.records.type.${one.type.replace('.', '_')}`)
}
/** The home's own name, and its door where there is a number. */
export function whose(one: LocalRecord): string {
  if (one.unreadable) return t('visits.records.unreadable')
  if (one.type === 'patrol.report') return t('visits.patrol.group')
  if (NAMELESS.has(one.type)) return t(`visits.records.type.${one.type.replace('.', '_')}`)
  if (one.display_name === null) return t('visits.records.gone_household')
  const door = [one.plate?.building, one.plate?.unit, one.plate?.room].filter(Boolean).join('-')
  return door ? `${one.display_name} · ${door}` : one.display_name
}
