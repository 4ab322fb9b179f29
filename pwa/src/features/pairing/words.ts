/** The words of form F10, for the phone and the desk. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'

export function formWords(forms: readonly string[]): string {
  return forms.map((one) => t(`pairing.form.${one}`)).join(t('pairing.comma'))
}
/** The address, or what stands on the door where no address is known. */
export function doorWords(one: { address: string; plate?: components['schemas']['Plate'] | null }): string {
  if (one.address) return one.address
  return [one.plate?.building, one.plate?.unit, one.plate?.room, one.plate?.house].filter(Boolean).join(' · ')
}
