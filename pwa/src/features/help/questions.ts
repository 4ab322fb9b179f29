/**
 * The help's questions, and how one is found without a network: by words in any order, by what sounds alike, or by the
 * first letters of its pinyin.
 */
import { t } from '@/i18n'
import sounds from './pinyin.json'

export const QUESTIONS: readonly string[] = Object.keys(sounds)
const SAID: Readonly<Record<string, readonly string[]>> = sounds

export const isQuestion = (id: string): boolean => QUESTIONS.includes(id)

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
const LATIN = /^[a-z0-9]+$/

/** Two signs at a time: what is asked is rarely in the very words of the answer. */
function pairs(text: string): string[] {
  return text.length < 2 ? [text] : Array.from({ length: text.length - 1 }, (_, n) => text.slice(n, n + 2))
}
/** How much of what is wanted a text holds, from 0 to 1. */
function share(wanted: string, text: string): number {
  const held = plain(text)
  if (held.includes(wanted)) return 1
  const all = pairs(wanted)
  return (0.8 * all.filter((pair) => held.includes(pair)).length) / all.length
}
/** Whether a phrase's pinyin, or its first letters, begin at some sign as was typed. */
function sounding(id: string, typed: string): boolean {
  return (SAID[id] ?? []).some((phrase) => {
    const syllables = phrase.split(' ')
    return syllables.some((_, n) => {
      const rest = syllables.slice(n)
      return rest.join('').startsWith(typed) || rest.map((one) => one[0]).join('').startsWith(typed)
    })
  })
}

/** How well a question answers what was typed; 0 when it does not. */
function fits(id: string, wanted: string): number {
  const [question, words, answer] = [t(`help.q.${id}`), t(`help.k.${id}`), t(`help.a.${id}`)]
  const heard = LATIN.test(wanted) && sounding(id, wanted) ? 2 : 0
  const said = Math.max(3 * share(wanted, question), 2.5 * share(wanted, words), share(wanted, answer))
  return Math.max(heard, said < 0.5 ? 0 : said)
}

/** The questions that fit, the best first; all of them while nothing is typed. */
export function find(typed: string): readonly string[] {
  const wanted = plain(typed)
  if (!wanted) return QUESTIONS
  return QUESTIONS.map((id) => ({ id, fit: fits(id, wanted) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ id }) => id)
}
