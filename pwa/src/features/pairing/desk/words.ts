/** The committee's words of form F10. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { dayWords } from '@/ui/dates'

export { formWords } from '../words'

export type Pairing = components['schemas']['Pairing']
export type Helper = components['schemas']['Helper']
export type PairingCreate = components['schemas']['PairingCreate']
export type ServiceForm = PairingCreate['content'][number]
export type Frequency = PairingCreate['frequency']

export const FORMS: readonly ServiceForm[] = ['companionship', 'daily_care', 'humanistic_care', 'counselling', 'social_inclusion', 'home_visit', 'employment_help', 'legal_aid', 'errand', 'meal', 'cleaning', 'bathing', 'medical_escort', 'mobility', 'emergency_help', 'policy_info', 'safety_check']
export const FREQUENCIES: readonly Frequency[] = ['daily', 'weekly', 'fortnightly', 'monthly', 'quarterly', 'as_needed']

export function datesWords(one: Pairing): string {
  return one.end_on ? t('pairing.until', { from: dayWords(one.start_on), to: dayWords(one.end_on) }) : t('pairing.since', { day: dayWords(one.start_on) })
}
/** What a helper has already, before more is asked. */
export function loadWords(one: Helper): string {
  return one.households ? t('pairing.load', { homes: one.households, visits: one.visits_a_month }) : t('pairing.load_none')
}
export const HOW_HOME = ['voice', 'signature', 'paper_photo'] as const
export type HowHome = (typeof HOW_HOME)[number]
