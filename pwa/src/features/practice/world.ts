/** Opens the village, keeps its signal, and follows what the person does in it. */
import { computed, ref, shallowRef } from 'vue'
import { localRecords } from '@/db/queries'
import * as sync from '@/sync'
import { VILLAGE } from '@/device/practising'
import { PracticeCommittee } from './committee'
import { begin, go, isLast } from './guide'
import type { Facts, Guide, Part } from './guide'

const KEY = 'guide'
interface Kept { guide: Guide | null; finished: Part[]; signal: boolean }

/** Whether the village has a signal; what the phone itself has plays no part. */
export const signal = ref(false)
export const guide = shallowRef<Guide | null>(null)
export const finished = ref<Part[]>([])
const screen = ref('')
const recorded = ref(0)
const facts = computed<Facts>(() => ({ screen: screen.value, recorded: recorded.value, signal: signal.value }))
let entering: Promise<void> | null = null

export function enter(): Promise<void> {
  entering ??= open().catch((thrown: unknown) => { entering = null; throw thrown })
  return entering
}

async function open(): Promise<void> {
  await sync.practise(new PracticeCommittee(() => signal.value))
  const kept = (await sync.loadDraft<Kept>(KEY))?.value
  guide.value = kept?.guide ?? null
  finished.value = kept?.finished ?? []
  sync.onChange(() => { void count() })
  await count()
  turnSignal(kept?.signal ?? true)
}

async function count(): Promise<void> {
  recorded.value = (await localRecords(1000)).filter(({ type }) => type === 'visit.record').length
  follow()
}

/** As if the phone had found or lost its network. */
export function turnSignal(on: boolean): void {
  signal.value = on
  dispatchEvent(new Event(on ? 'online' : 'offline'))
  follow()
  keep()
}

export function stands(on: string): void {
  screen.value = on
  follow()
}

export function start(part: Part): void {
  guide.value = begin(part, facts.value)
  follow()
  keep()
}

export function stop(): void {
  guide.value = null
  keep()
}

function follow(): void {
  const now = guide.value
  if (!now) return
  const next = go(now, facts.value)
  if (next === now) return
  guide.value = next
  if (isLast(next) && !finished.value.includes(next.part)) finished.value = [...finished.value, next.part]
  keep()
}

function keep(): void {
  const value: Kept = { guide: guide.value, finished: [...finished.value], signal: signal.value }
  void sync.saveDraft(KEY, value).catch(() => undefined)
}

/** The village as on the first day, and a page that remembers nothing. */
export async function anew(): Promise<void> {
  await sync.practiseAnew()
  location.replace(`${VILLAGE}/`)
}
