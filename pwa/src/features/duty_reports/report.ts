/** One unfinished report, kept on the phone at every tap: whom one called and when, and what was done. */
import { computed, reactive, ref } from 'vue'
import * as sync from '@/sync'

export type Report = sync.MutationPayloads['duty_report.record']
export const KINDS = ['minor', 'violence', 'crime', 'other'] as const
const REST = 500

export function dutyReport(householdId: string | null) {
  const key = `urgent:${householdId ?? 'none'}`
  const said = reactive<Report>({ household_id: householdId, kind: null, calls: [], done: null, noticed_at: new Date().toISOString() })
  const empty = computed(() => said.calls.length === 0 && said.kind === null && !said.done?.trim())
  const savedAt = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()
  let over = false

  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (over) return writing
    const value = JSON.parse(JSON.stringify(said)) as Report
    writing = writing.then(async () => {
      try { savedAt.value = await sync.saveDraft(key, value, householdId) } catch { /* said by the phone's own notices; what is on the screen stays */ }
    })
    return writing
  }
  function put(change: Partial<Report>, soon = false): void {
    Object.assign(said, change)
    clearTimeout(timer)
    if (soon) timer = setTimeout(() => void save(), REST)
    else void save()
  }
  /** The call itself leaves the page: its time is written down first. */
  function called(number: string): void {
    put({ calls: [...said.calls, { number, at: new Date().toISOString() }] })
  }
  function flush(): Promise<void> { return timer === undefined ? writing : save() }
  async function load(): Promise<void> {
    const kept = await sync.loadDraft<Report>(key)
    if (!kept) return
    Object.assign(said, kept.value)
    savedAt.value = kept.savedAt
  }
  async function finish(): Promise<void> {
    await flush()
    const record = JSON.parse(JSON.stringify({ ...said, done: said.done?.trim() || null })) as Report
    await sync.enqueue('duty_report.record', record, { draftKey: key })
    over = true
  }
  async function drop(): Promise<void> {
    clearTimeout(timer)
    over = true
    await writing
    await sync.dropDraft(key)
  }
  return { said, empty, savedAt, put, called, save, flush, load, finish, drop, key }
}
