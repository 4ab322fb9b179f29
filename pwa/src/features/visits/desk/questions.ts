/** What a committee's own questions cost, from the server's figures of each question and the visits of the last thirty days. */
import type { components } from '@/api/schema'

export type Line = components['schemas']['QuestionsLine']
export type Detail = components['schemas']['QuestionsDetail']
export type History = components['schemas']['QuestionsHistory']
export type Problem = components['schemas']['SheetProblem']
type Item = Detail['items'][number]
type Counted = Detail['visits'][number]

export const FORMS = ['F1', 'F2'] as const
export const PURPOSES = ['routine', 'follow_up', 'survey', 'holiday', 'weather', 'emergency'] as const

/** Visits of the last thirty days at which it would have been asked; an empty list means all. */
export function visitsAt(visits: readonly Counted[], forms: readonly string[], purposes: readonly string[]): number {
  const usual: readonly string[] = FORMS
  return visits
    .filter((one) => (forms.length ? forms : usual).includes(one.form) && (purposes.length === 0 || purposes.includes(one.purpose)))
    .reduce((sum, one) => sum + one.n, 0)
}
export function sum(items: readonly Item[]): { seconds: number; taps: number } {
  return items.reduce((all, one) => ({ seconds: all.seconds + one.seconds, taps: all.taps + one.taps }), { seconds: 0, taps: 0 })
}
export const minutes = (seconds: number, visits: number): number => Math.round((seconds * visits) / 60)
