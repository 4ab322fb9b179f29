/** The words of a statement's parts. */
import { t } from '@/i18n'

export const PARTS = ['visits', 'corrections', 'others', 'waiting', 'aside', 'unclear'] as const
export type Figure = (typeof PARTS)[number] | 'received' | 'counted'

export function kindWord(kind: string): string {
  if (kind === 'visit.record') return t('reports.kind.visit')
  if (kind === 'visit.amend') return t('reports.kind.correction')
  return kind.startsWith('task.') ? t('reports.kind.task') : t('reports.kind.other')
}

export function whyWord(why: string): string {
  if (why === 'twice') return t('reports.why.twice')
  if (why === 'no_case') return t('reports.why.no_case')
  return why === 'no_entry' ? t('reports.why.no_entry') : t('reports.why.no_effect')
}
