/**
 * Which entries go into the next push: oldest first, never past one that may still be
 * taken back, never ahead of one it depends on, and no more than fits in one request.
 */
import { MAX_PLAIN } from './state'
import type { Item, State } from './state'
import type { Uuid } from '../wire'

/** A batch may be over the limit by its guess; the true size is checked before sending. */
const SLACK = 0.95
/** Envelope, ids and commas around the mutations. */
const ENVELOPE = 600

export interface Batch {
  items: Item[]
  bytes: number
  /** Nothing that could go now was left out. */
  complete: boolean
}

export function pickBatch(state: State, mono: number, wall: number): Batch {
  const sound = pick(state, mono, wall, (item) => !state.suspects.has(item.id))
  if (sound.items.length > 0 || state.suspects.size === 0) return sound
  // Nothing else can go: an entry that made the server fall over is tried again, by itself.
  let tried = false
  return pick(state, mono, wall, (item) => state.suspects.has(item.id) && !tried && (tried = true))
}

function pick(state: State, mono: number, wall: number, eligible: (item: Item) => boolean): Batch {
  const batch: Batch = { items: [], bytes: ENVELOPE, complete: true }
  const stuckEntities = new Set<Uuid>()
  const waiting = new Set<Uuid>()
  const picked = new Set<Uuid>()
  for (const item of state.items) if (item.place === 'waiting') waiting.add(item.id)

  for (const item of state.items) {
    if (item.place !== 'waiting') continue
    if (undoLeft(item, wall) > 0) break
    const stuck =
      state.tooLarge.has(item.id) ||
      (state.notBefore.get(item.id) ?? 0) > mono ||
      stuckEntities.has(item.entity) ||
      item.dependsOn.some((id) => waiting.has(id) && !picked.has(id))
    if (stuck || !eligible(item)) {
      stuckEntities.add(item.entity)
      continue
    }
    const full =
      batch.items.length >= state.limitCount ||
      (batch.bytes + item.size) * state.ratio > state.limitBytes * SLACK ||
      batch.bytes + item.size > MAX_PLAIN * SLACK
    if (full && batch.items.length > 0) {
      batch.complete = false
      break
    }
    batch.items.push(item)
    batch.bytes += item.size
    picked.add(item.id)
  }
  return batch
}

/**
 * The longest an entry is kept back for its undo, whatever the clock says: a clock set
 * back by years must not keep a visit on the phone.
 */
const UNDO_MAX_MS = 60_000

export function undoLeft(item: Item, wall: number): number {
  if (item.undoUntil <= 0) return 0
  const left = item.undoUntil - wall
  return left > 0 && left <= UNDO_MAX_MS && wall >= item.recordedAt - 1000 ? left : 0
}

/** When, in monotonic time, the first entry that cannot go now may go; null when none waits for time. */
export function nextReady(state: State, mono: number, wall: number): number | null {
  let next: number | null = null
  for (const item of state.items) {
    if (item.place !== 'waiting' || state.tooLarge.has(item.id)) continue
    const undo = undoLeft(item, wall)
    const at = undo > 0 ? mono + undo : (state.notBefore.get(item.id) ?? 0)
    if (at > mono && (next === null || at < next)) next = at
    if (undo > 0) break
  }
  return next
}
