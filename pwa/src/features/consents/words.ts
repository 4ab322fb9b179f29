/** How a consent is spoken of on the desk. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'

export type Child = components['schemas']['ConsentChild']
export type Detail = components['schemas']['ConsentChildDetail']
export type Line = Detail['history'][number]
export type Stand = Child['purposes'][number]
export type Purpose = components['schemas']['ConsentGive']['purpose']

/** Green stands, amber asks for something; the word says it too. */
export const TAG: Record<string, string> = { given: 'g', renew: 'a', withdrawn: 'n', none: '' }
export const stateWords = (state: string): string => t(`consents.state.${state}`)
export const toAsk = (one: Child): boolean => one.purposes[0]?.state !== 'given'
export function aboutChild(one: Child): string {
  const age = one.age === null ? t('consents.age_unknown') : t('consents.age', { n: one.age })
  return [age, t(`consents.speaks.${one.speaks}`)].join(' · ')
}
export function whoSaid(line: Line): string {
  if (!line.guardian) return t('consents.by_child')
  return [line.guardian.name, line.guardian.relation, line.guardian.phone_masked].filter(Boolean).join(' · ')
}
