/**
 * How an unfinished form gets onto the phone: every answer at its tap, text after half a second of rest or when the field
 * is left. One write is under way at a time, and what is answered meanwhile goes all together with the next, so that
 * somebody quick on a slow phone waits for two writes and not for ten.
 */
import { ref } from 'vue'
import * as sync from '@/sync'
import { unkept } from './unkept'

const REST = 500

/** `copy`: the answers as they are when the write begins. */
export function keepDraft(key: string, copy: () => unknown, householdId: string | null = null) {
  const savedAt = ref<string | null>(null)
  /** Something on the screen is not on the phone's disk yet. */
  const unsaved = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  let over = false

  async function write(): Promise<void> {
    next = null
    if (over) return
    try {
      savedAt.value = await sync.saveDraft(key, copy(), householdId)
      if (next === null && timer === undefined) unsaved.value = false
    } catch (thrown) { unkept(thrown) } // what is on the screen stays
  }
  /** Writes now. */
  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (over) return writing
    unsaved.value = true
    next ??= writing = writing.then(write)
    return next
  }
  function saveSoon(): void {
    clearTimeout(timer)
    unsaved.value = true
    timer = setTimeout(() => void save(), REST)
  }
  /** Writes what still waits for its half second, for example before the camera opens. */
  function flush(): Promise<void> { return timer === undefined ? writing : save() }
  async function load<T>(): Promise<T | null> {
    const kept = await sync.loadDraft<T>(key)
    if (kept) savedAt.value = kept.savedAt
    return kept && kept.value
  }
  /** The entry has taken its place. */
  function finished(): void { over = true }
  async function drop(): Promise<void> {
    clearTimeout(timer)
    over = true
    await writing
    await sync.dropDraft(key)
  }
  return { savedAt, unsaved, save, saveSoon, flush, load, finished, drop }
}
