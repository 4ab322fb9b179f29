/** The visit forms as the server defines them (server/visits/definitions.py): every version there ever was, in both languages. */
import { locale } from '@/i18n'
import raw from './forms.json'

export interface Words { zh: string; en: string }
export interface Choice extends Words { id: string }
export interface Head { id: string; words: Words; hint: Words; paper: Words; signs: Choice[]; sensitive: boolean }
export interface Question { id: string; words: Words; choices: Choice[]; many: boolean; sensitive: boolean; required: boolean; aside: boolean }
export interface Form { id: string; version: number; words: Words; consent: string | null; heads: Head[]; questions: Question[] }

export const FORMS: readonly Form[] = raw

/** This version; of one this build does not know yet, the newest it has; F1 for a form it does not know at all. */
export function formOf(id: unknown, version?: unknown): Form {
  const same = FORMS.filter((one) => one.id === id)
  return same.find((one) => one.version === version) ?? same.sort((a, b) => b.version - a.version)[0] ?? FORMS[0]!
}
export const inWords = (words: Words): string => words[locale.value]
/** One answer in words; what no version lists is its own words. */
export function answerWords(question: string, id: string, form: Form = formOf('F1')): string {
  const choice = form.questions.find((one) => one.id === question)?.choices.find((one) => one.id === id)
  return choice ? inWords(choice) : id
}
export function question(form: Form, id: string): Question | null {
  return form.questions.find((one) => one.id === id) ?? null
}
/** Questions that stand in the middle of the screen and have no part of their own there. */
export function plainQuestions(form: Form, aside = false): Question[] {
  return form.questions.filter((one) => one.aside === aside && !['hazards', 'next_action', 'needs', 'policies_told'].includes(one.id))
}
/** What only this form asks, by name. */
export function ownNames(form: Form): string[] {
  const usual = formOf('F1').questions.map((one) => one.id)
  return form.id === 'F1' ? [] : [...form.heads, ...form.questions].map((one) => one.id).filter((id) => !usual.includes(id))
}
/** What is for the committee alone once it is recorded. */
export function sensitiveOf(form: Form): string[] {
  return [...form.heads, ...form.questions].filter((one) => one.sensitive).map((one) => one.id)
}
