/** The words of a statement's parts. */
import { t } from '@/i18n'

export const PARTS = ['visits', 'corrections', 'others', 'again', 'waiting', 'aside', 'unclear'] as const
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

/** A period by the name the server knows: 2026年, 2026年第4季度, 2026年3月到5月. */
export function partWord(name: string): string {
  const [from, to] = name.split('..') as [string, string?]
  if (to) return t('reports.disputes.between', { from: partWord(from), to: partWord(to) })
  const [year, part] = from.split('-') as [string, string?]
  if (!part) return t('reports.disputes.year', { year })
  if (part.startsWith('Q')) return t('reports.disputes.quarter', { year, n: part.slice(1) })
  if (part.startsWith('H')) return part === 'H1' ? t('reports.disputes.first_half', { year }) : t('reports.disputes.second_half', { year })
  return t('reports.disputes.month', { year, n: String(Number(part)) })
}
