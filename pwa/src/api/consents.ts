/** The words people agree to, as the server keeps them (server/consents/texts.py): every version there ever was, in both languages. */
import { locale } from '@/i18n'
import raw from './consents.json'

interface Said { title: string; what: string; need: string; effect: string; no: string; rights: string }
export interface ConsentText { purpose: string; version: number; data_kinds: string[]; sensitive: boolean; zh: Said; en: Said }

const TEXTS: readonly ConsentText[] = raw
export const PURPOSES: readonly string[] = [...new Set(TEXTS.map((one) => one.purpose))]

/** This version, or the one that is shown now. */
export function consentText(purpose: string, version?: number): ConsentText {
  const same = TEXTS.filter((one) => one.purpose === purpose).sort((a, b) => b.version - a.version)
  return same.find((one) => one.version === version) ?? same[0] ?? TEXTS[0]!
}
export const consentTitle = (purpose: string): string => consentText(purpose)[locale.value].title
/** What is read to somebody before they say yes or no, in order. */
export function consentParts(text: ConsentText): string[] {
  const said = text[locale.value]
  return [said.what, said.need, said.effect, said.no, said.rights]
}
