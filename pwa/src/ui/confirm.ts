/** Asks before what cannot be undone; answers true only for the explicit yes. */
import { shallowRef } from 'vue'

export interface Question { title: string; text?: string; yes: string; no?: string; grave?: boolean; answer: (yes: boolean) => void }
export const question = shallowRef<Question | null>(null)

export function confirm(ask: Omit<Question, 'answer'>): Promise<boolean> {
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = { ...ask, answer: (yes) => { question.value = null; resolve(yes) } }
  })
}
