/** One unfinished follow-up, kept on the phone at every tap, and gone from it once it is recorded. */
import { reactive, ref } from 'vue'
import { isoDay } from '@/ui/dates'
import * as sync from '@/sync'

export type Said = Omit<sync.MutationPayloads['mediation.follow_up'], 'performed' | 'satisfaction' | 'escalated' | 'sued'> & {
  performed: 'all' | 'partly' | 'not' | null
  satisfaction: 'satisfied' | 'fairly' | 'unsatisfied' | 'not_asked' | null
  escalated: boolean | null
  sued: boolean | null
}
export const PERFORMED = ['all', 'partly', 'not'] as const
export const SATISFIED = ['satisfied', 'fairly', 'unsatisfied', 'not_asked'] as const
const REST = 500

/** What is not said yet, in the order of the form; empty when it can be recorded. */
export function unsaid(said: Said): string[] {
  return (['performed', 'satisfaction', 'escalated', 'sued'] as const).filter((name) => said[name] === null)
}

export function followUp(task: string) {
  const key = `look-again:${task}`
  const said = reactive<Said>({ on: isoDay(), performed: null, satisfaction: null, escalated: null, hazards: '', measures: '', sued: null, suit: '' })
  const savedAt = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()
  let over = false

  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (over) return writing
    const value = { ...said }
    writing = writing.then(async () => {
      try { savedAt.value = await sync.saveDraft(key, value, null) } catch { /* said by the phone's own notices; what is on the screen stays */ }
    })
    return writing
  }
  function put(change: Partial<Said>, soon = false): void {
    Object.assign(said, change)
    clearTimeout(timer)
    if (soon) timer = setTimeout(() => void save(), REST)
    else void save()
  }
  function flush(): Promise<void> { return timer === undefined ? writing : save() }
  async function load(): Promise<void> {
    const kept = await sync.loadDraft<Said>(key)
    if (!kept) return
    Object.assign(said, kept.value)
    savedAt.value = kept.savedAt
  }
  async function finish(): Promise<void> {
    const { performed, satisfaction, escalated, sued } = said
    if (performed === null || satisfaction === null || escalated === null || sued === null) return
    await flush()
    const record = { on: said.on, performed, satisfaction, escalated, sued, hazards: said.hazards.trim(), measures: said.measures.trim(), suit: sued ? said.suit.trim() : '' }
    await sync.enqueue('mediation.follow_up', record, { entityId: task, draftKey: key })
    over = true
  }
  return { said, savedAt, put, save, flush, load, finish, key }
}
