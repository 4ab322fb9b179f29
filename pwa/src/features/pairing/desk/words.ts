/** The words of form F10. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { dayWords } from '@/ui/dates'

export type Pairing = components['schemas']['Pairing']
export type Helper = components['schemas']['Helper']
export type PairingCreate = components['schemas']['PairingCreate']
export type ServiceForm = PairingCreate['content'][number]
export type Frequency = PairingCreate['frequency']

export const FORMS: readonly ServiceForm[] = ['companionship', 'daily_care', 'humanistic_care', 'counselling', 'social_inclusion', 'home_visit', 'employment_help', 'legal_aid', 'errand', 'meal', 'cleaning', 'bathing', 'medical_escort', 'mobility', 'emergency_help', 'policy_info', 'safety_check']
export const FREQUENCIES: readonly Frequency[] = ['daily', 'weekly', 'fortnightly', 'monthly', 'quarterly', 'as_needed']

export function formWords(forms: readonly string[]): string {
  return forms.map((one) => t(`pairing.form.${one}`)).join(t('pairing.comma'))
}
export function datesWords(one: Pairing): string {
  return one.end_on ? t('pairing.until', { from: dayWords(one.start_on), to: dayWords(one.end_on) }) : t('pairing.since', { day: dayWords(one.start_on) })
}
