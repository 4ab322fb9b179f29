/** One unfinished follow-up, kept on the phone at every tap, and gone from it once it is recorded. */
import { reactive } from 'vue'
import { isoDay } from '@/ui/dates'
import { keepDraft } from '@/app/keepDraft'
import * as sync from '@/sync'

export type Said = Omit<sync.MutationPayloads['mediation.follow_up'], 'performed' | 'satisfaction' | 'escalated' | 'sued'> & {
  performed: 'all' | 'partly' | 'not' | null
  satisfaction: 'satisfied' | 'fairly' | 'unsatisfied' | 'not_asked' | null
  escalated: boolean | null
  sued: boolean | null
}
export const PERFORMED = ['all', 'partly', 'not'] as const
export const SATISFIED = ['satisfied', 'fairly', 'unsatisfied', 'not_asked'] as const

/** What is not said yet, in the order of the form; empty when it can be recorded. */
export function unsaid(said: Said): string[] {
  return (['performed', 'satisfaction', 'escalated', 'sued'] as const).filter((name) => said[name] === null)
}

export function followUp(task: string) {
  const key = `look-again:${task}`
  const said = reactive<Said>({ on: isoDay(), performed: null, satisfaction: null, escalated: null, hazards: '', measures: '', sued: null, suit: '' })
  const { savedAt, unsaved, save, saveSoon, flush, load: kept, finished } = keepDraft(key, () => ({ ...said }))

  function put(change: Partial<Said>, soon = false): void {
    Object.assign(said, change)
    if (soon) saveSoon()
    else void save()
  }
  async function load(): Promise<void> {
    const before = await kept<Said>()
    if (!before) return
    Object.assign(said, before)
  }
  async function finish(): Promise<void> {
    const { performed, satisfaction, escalated, sued } = said
    if (performed === null || satisfaction === null || escalated === null || sued === null) return
    await flush()
    const record = { on: said.on, performed, satisfaction, escalated, sued, hazards: said.hazards.trim(), measures: said.measures.trim(), suit: sued ? said.suit.trim() : '' }
    await sync.enqueue('mediation.follow_up', record, { entityId: task, draftKey: key })
    finished()
  }
  return { said, savedAt, unsaved, put, save, flush, load, finish, key }
}
