/** What the concern screens share: types of the contract, reading and changing, and noticing that something moved. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { api } from '@/api/client'
import { sentence } from '@/api/errors'
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { dayWords, isoDay, nearTime, weekday } from '@/ui/dates'
import { setNavCount } from '@/ui/desk'

export type Concern = components['schemas']['Concern']
export type ConcernRow = components['schemas']['ConcernRow']
export type Line = components['schemas']['Line']
export type Group = 'waiting' | 'working' | 'rating' | 'ended' | 'open'
export const GROUPS: readonly Group[] = ['open', 'waiting', 'working', 'rating', 'ended']
export const CATEGORIES = [
  'environment', 'public_safety', 'property_mgmt', 'elder_care', 'child_care', 'help_vulnerable', 'culture', 'sports',
  'dispute', 'health', 'disaster', 'rural_environment', 'customs', 'other',
] as const
export const NATURES = ['inquiry', 'request', 'complaint', 'report', 'suggestion', 'praise'] as const
export const URGENCIES = ['normal', 'urgent', 'life_safety'] as const
const STATES: Record<Group, readonly string[]> = {
  waiting: ['submitted', 'reopened'],
  working: ['accepted', 'assigned', 'objected', 'in_progress', 'extension_requested', 'escalated'],
  rating: ['resolved', 'awaiting_rating'],
  ended: ['closed', 'declined', 'referred'],
  open: ['submitted', 'reopened', 'accepted', 'assigned', 'objected', 'in_progress', 'extension_requested', 'escalated', 'resolved', 'awaiting_rating'],
}
const EVERY_MS = 5_000
/** Rows read at a time; the server gives no more. */
const PAGE = 200
export type ConcernFilter = { group: Group; category?: string; mine?: boolean }

/** How many pages hold so many concerns. */
export const pagesOf = (total: number): number => Math.max(1, Math.ceil(total / PAGE))
/** The first pages of the list, each concern once: one that slipped to the next page meanwhile is not there twice. */
export async function readConcerns(filter: ConcernFilter, pages: number): Promise<{ items: ConcernRow[]; counts: Record<string, number>; total: number }> {
  const read = async (page: number) => (await api.GET('/api/v1/concerns/', { params: { query: { ...filter as { group: Group }, page, page_size: PAGE } } })).data
  const found = await Promise.all(Array.from({ length: pages }, (_, n) => read(n + 1)))
  const rows = new Map(found.flatMap((one) => one?.items ?? []).map((row) => [row.id, row]))
  return { items: [...rows.values()], counts: found[0]?.counts ?? {}, total: found[0]?.total ?? 0 }
}

/** The order in which the list last showed them, for going to the next one. */
export const listed = ref<string[]>([])

export function countOf(counts: Readonly<Record<string, number>>, group: Group): number {
  return STATES[group].reduce((sum, state) => sum + (counts[state] ?? 0), 0)
}
/** Shows beside the menu's word how many wait for the committee. */
export function tellMenu(counts: Readonly<Record<string, number>>): void {
  setNavCount('concerns', countOf(counts, 'waiting') + countOf(counts, 'working'))
}
export function stateKind(status: string): '' | 'g' | 'a' | 'b' | 'n' {
  if (STATES.waiting.includes(status)) return 'a'
  if (STATES.working.includes(status)) return 'g'
  if (STATES.rating.includes(status)) return 'b'
  return ''
}
export function grouped(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`
}
/** What a line of the history is called; `note` is its second line unless the title has taken it. */
export function lineTitle(line: Line): string {
  const who = line.who ?? t('concerns.committee')
  if (line.due_at) {
    const day = isoDay(line.due_at)
    return t(`concerns.line.${line.action}_by`, { who, day: `${dayWords(day)} ${weekday(day, 'short')}`, time: nearTime(line.due_at) })
  }
  return t(`concerns.line.${line.action}`, { who, note: line.note ?? '' })
}
export function lineText(line: Line): string {
  return line.action === 'assign' || line.action === 'merge' ? '' : (line.note ?? '')
}

/** One concern on a screen: read, changed, read again when something in the committee moved. */
export function useConcern(id: () => string) {
  const concern = ref<Concern | null>(null)
  const problem = ref<string | null>(null)
  const busy = ref(false)

  async function read() {
    try {
      const { data } = await api.GET('/api/v1/concerns/{concern_id}', { params: { path: { concern_id: id() } } })
      concern.value = data ?? null
      problem.value = null
    } catch (thrown) {
      if (!concern.value) problem.value = sentence(thrown)
    }
  }
  /** Runs a change and shows what came of it. Returns the sentence of a refusal, or null. */
  async function change(work: () => Promise<{ data?: Concern }>): Promise<string | null> {
    busy.value = true
    try {
      const { data } = await work()
      if (data) concern.value = data
      return null
    } catch (thrown) {
      await read() // most likely somebody else was quicker: show what stands now
      return sentence(thrown)
    } finally {
      busy.value = false
    }
  }
  useMoved(read)
  return { concern, problem, busy, read, change }
}

/** Calls `again` whenever the committee's change number has moved, while the page is looked at. */
export function useMoved(again: () => Promise<void> | void): void {
  let seen: number | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  async function look() {
    if (document.visibilityState !== 'visible') return
    try {
      const { data } = await api.GET('/api/v1/sync/poll', { params: { query: { seen: seen ?? 0 } } })
      if (!data) return
      const moved = seen !== undefined && data.seq !== seen
      seen = data.seq
      if (moved) await again()
    } catch { /* the next look may reach the server again */ }
  }
  onMounted(() => { void look(); timer = setInterval(() => void look(), EVERY_MS) })
  onBeforeUnmount(() => { clearInterval(timer) })
}
