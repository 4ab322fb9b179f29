/** Sentences from codes and neutral facts, and days made short: many alike become one line. */
import { t } from '@/i18n'
import { dayWords, isoDay } from '@/ui/dates'

export interface Told {
  id: string
  code: string
  thing: string
  thing_id: string
  household_id: string | null
  facts: Record<string, string | null>
  urgent: boolean
  at: string
  version: number
}
/** What the reader's own screen knows of the people and homes a message is about; empty where it knows nothing. */
export interface Known {
  home(id: string): string
  person(id: string): string
}
export interface Line<T extends Told> {
  key: string
  /** One, or many alike of one day. */
  messages: T[]
}
export interface Day<T extends Told> {
  day: string
  lines: Line<T>[]
}

/** Tasks that lead to no home of the list. */
const ERRANDS = ['concern_errand', 'mediation_follow_up']
/** So many alike of one day are one line. */
export const MANY = 3

/** Newest day first; within a day by the newest of each line. */
export function byDay<T extends Told>(messages: readonly T[]): Day<T>[] {
  const days = new Map<string, Map<string, T[]>>()
  for (const one of messages) {
    const day = isoDay(one.at)
    const codes = days.get(day) ?? new Map<string, T[]>()
    days.set(day, codes)
    codes.set(one.code, [...(codes.get(one.code) ?? []), one])
  }
  return [...days].map(([day, codes]) => ({
    day,
    lines: [...codes]
      .flatMap(([code, all]) => (all.length >= MANY ? [{ key: `${day}:${code}`, messages: all }] : all.map((one) => ({ key: one.id, messages: [one] }))))
      .sort((a, b) => inOrder(b.messages[0]!.at, a.messages[0]!.at)),
  }))
}
function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** What happened, in one sentence. */
export function titleOf(one: Told, known: Known): string {
  const home = one.household_id === null ? '' : known.home(one.household_id)
  const by = one.facts.by
  const who = (by && known.person(by)) || t('inbox.somebody')
  const key = `inbox.${one.code}`
  const day = dayOf(one)
  switch (one.code) {
    case 'task.given':
    case 'task.handed_over':
    case 'task.moved': return t(`${key}${home ? '' : ERRANDS.includes(one.facts.kind ?? '') ? '.errand' : '.bare'}`, { home, who, day })
    case 'pairing.made':
    case 'pairing.changed': return t(`${key}${home ? '' : '.bare'}`, { home })
    case 'concern.errand_ended': return t(`${key}.${one.facts.outcome === 'done' ? 'done' : 'not_done'}`, { who })
    case 'concern.silent': return t(`${key}.${one.facts.step ?? 'finish'}`)
    case 'pairing.answered': return t(`${key}.${one.facts.outcome === 'yes' ? 'yes' : 'no'}`, { who })
    case 'pairing.ended': return t(`${key}${day ? '' : '.bare'}`, { day })
    default: return t(key, { who, day })
  }
}
/** What to do or to know about it; empty where the sentence says all. */
export function lineOf(one: Told): string {
  const day = dayOf(one)
  switch (one.code) {
    case 'task.given':
    case 'task.handed_over': return day ? (one.facts.due_to === isoDay() ? t('inbox.go_today') : t('inbox.go_by', { day })) : ''
    case 'entry.settled': return t(`inbox.entry.settled.${one.facts.state ?? 'closed'}`)
    case 'task.withdrawn': return t('inbox.task.withdrawn.line')
    case 'task.passed_on': return t('inbox.task.passed_on.line')
    case 'pairing.changed': return t('inbox.pairing.changed.line')
    case 'pairing.asked':
    case 'pairing.stand_in_asked': return t('inbox.pairing.asked.line')
    case 'patrol.given': return t('inbox.patrol.given.line')
    case 'visit.asks': return t('inbox.visit.asks.line')
    case 'concern.silent': return one.facts.place ? t('inbox.concern.silent.line', { place: one.facts.place }) : ''
    default: return ''
  }
}
/** What it says under the one line of many alike: the home, where that is what differs. */
export function shortOf(one: Told, known: Known): string {
  return (one.household_id && known.home(one.household_id)) || titleOf(one, known)
}
/** The one line of many alike. */
export function manyOf({ messages }: Line<Told>): string {
  return t(`inbox.many.${messages[0]!.code}`, { n: messages.length })
}
function dayOf({ facts }: Told): string {
  const day = facts.due_to ?? facts.end_on
  return day ? dayWords(day) : ''
}
