/** One unfinished report, kept on the phone at every tap: whom one called and when, and what was done. */
import { computed, reactive } from 'vue'
import { keepDraft } from '@/app/keepDraft'
import * as sync from '@/sync'

export type Report = sync.MutationPayloads['duty_report.record']
export const KINDS = ['minor', 'violence', 'crime', 'other'] as const

export function dutyReport(householdId: string | null) {
  const key = `urgent:${householdId ?? 'none'}`
  const said = reactive<Report>({ household_id: householdId, kind: null, calls: [], done: null, noticed_at: new Date().toISOString() })
  const empty = computed(() => said.calls.length === 0 && said.kind === null && !said.done?.trim())
  const copy = () => JSON.parse(JSON.stringify(said)) as Report
  const { savedAt, unsaved, save, saveSoon, flush, load: kept, finished, drop } = keepDraft(key, copy, householdId)

  function put(change: Partial<Report>, soon = false): void {
    Object.assign(said, change)
    if (soon) saveSoon()
    else void save()
  }
  /** The call itself leaves the page: its time is written down first. */
  function called(number: string): void {
    put({ calls: [...said.calls, { number, at: new Date().toISOString() }] })
  }
  async function load(): Promise<void> {
    const before = await kept<Report>()
    if (!before) return
    Object.assign(said, before)
  }
  async function finish(): Promise<void> {
    await flush()
    const record = JSON.parse(JSON.stringify({ ...said, done: said.done?.trim() || null })) as Report
    await sync.enqueue('duty_report.record', record, { draftKey: key })
    finished()
  }
  return { said, empty, savedAt, unsaved, put, called, save, flush, load, finish, drop, key }
}
