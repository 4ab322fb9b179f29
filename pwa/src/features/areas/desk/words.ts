/** What the tree of divisions is made of. */
import type { components } from '@/api/schema'
import { hasRole } from '@/api/session'
import { t } from '@/i18n'

export type Area = components['schemas']['Area']
export type AreaChange = components['schemas']['AreaChange']
export const KINDS: Readonly<Record<number, readonly string[]>> = { 2: ['city'], 3: ['county', 'district', 'county_city'], 4: ['town', 'township', 'street'], 5: ['village_committee', 'resident_committee'] }
export const mayWrite = () => hasRole('committee_head', 'sysadmin')
export const COMMITTEE = 5
/** How many digits the code of a level has. */
export const LENGTHS = [0, 2, 4, 6, 9, 12]

export function kindWord(kind: string): string { return t(`areas.kind.${kind}`) }
/** The codes from the top of one's own part down to a division. */
export function pathOf(code: string, from: string): string[] {
  return LENGTHS.filter((one) => one >= from.length && one <= code.length).map((one) => code.slice(0, one))
}
