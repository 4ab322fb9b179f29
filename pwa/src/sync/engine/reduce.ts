/**
 * The sync engine: (state, event, moment) -> (state, effects). It reads no clock, draws no
 * random number, touches no storage and sends nothing; the loop around it does, and the
 * simulator does the same with lost messages, crashes and a clock of its own.
 *
 *                       loaded + lock
 *      ┌────────────────────────────────────────────┐
 *      ▼                                            │
 *    idle ──no device yet──► request enrol ──┐      │ closed / lock lost
 *      │                                     │      │ (an answer under way is
 *      ├──entries ready────► request push ───┤      │  dropped: nothing moved)
 *      ├──pull due─────────► request pull ───┤
 *      ├──digest differed──► request scope ──┤
 *      │                                     ▼
 *      │        believed?  no ──► nothing known: everything stays, back-off ──► idle
 *      │            │      401 ──► refresh ──► idle (once; then wait for a log-in)
 *      │            │      413, time-out ──► half the batch ──► idle
 *      │            ▼ yes
 *      │         store: verdicts + rows + cursor, one transaction
 *      │            │ failed ──► nothing moved, back-off ──► idle
 *      ◄────────────┘ durable: only now does memory follow
 *      │
 *      └──device revoked and nothing left to hand in──► wipe
 *
 * At most one of request, refresh and store is under way at any time.
 */
import { readEnrol, readPull, readPush, readScope } from './answers'
import { nextReady, pickBatch } from './batch'
import type { Effect, Event, RawAnswer, Stamp, Trigger } from './events'
import { newDevice, refused, shrink, takenBack } from './refuse'
import { settle, sweep, takePage } from './settle'
import { CLOSED_STATE, MAX_BYTES, MAX_COUNT } from './state'
import type { AfterStore, Item, State } from './state'
import { fail, store, succeeded } from './step'
import type { Request } from './step'

export type Step = [State, Effect[]]
export function reduce(before: State, event: Event, now: Stamp): Step {
  const state: State = { ...before }
  const effects: Effect[] = []
  take(state, effects, event, now)
  if (event.type !== 'closed') proceed(state, effects, now)
  return [state, effects]
}

function take(state: State, effects: Effect[], event: Event, now: Stamp): void {
  switch (event.type) {
    case 'loaded':
      forget(state)
      Object.assign(state, { open: true, meta: event.meta, items: bySeq(event.items), resolved: new Set(event.resolved), sealedOnly: event.sealedOnly === true })
      state.pullDue = true
      state.sweepDue = true
      return
    case 'closed':
      forget(state)
      state.syncer = false
      return
    case 'recorded':
      if (!state.items.some((item) => item.id === event.item.id)) state.items = bySeq([...state.items, event.item])
      state.meta = { ...state.meta, nextSeq: Math.max(state.meta.nextSeq, event.item.seq + 1) }
      hurry(state, 'recorded', now)
      return
    case 'outbox':
      state.items = bySeq(event.items)
      state.meta = { ...state.meta, nextSeq: event.nextSeq }
      return
    case 'trigger':
      hurry(state, event.why, now)
      return
    case 'wake':
      state.wakeAt = null
      return
    case 'lock':
      state.syncer = event.held
      // Whether the tab before had seen its homes differ from the server's, nobody knows any more: they are asked for.
      if (event.now) Object.assign(state, { meta: event.now.meta, items: bySeq(event.now.items), resolved: new Set(event.now.resolved), pullDue: true, scopeDue: event.now.meta.filled })
      // Another tab sends now. What was under way may have arrived; the server will say "duplicate".
      if (!event.held && state.busy?.on !== 'store') state.busy = null
      return
    case 'answer': {
      const busy = state.busy
      if (busy?.on !== 'request' || busy.rid !== event.rid) return
      state.busy = null
      state.lastTry = now.mono
      answered(state, effects, busy, event.raw, now)
      return
    }
    case 'oversize': {
      const busy = state.busy
      if (busy?.on !== 'request' || busy.rid !== event.rid) return
      state.busy = null
      state.ratio = Math.min(1, event.bytes / busy.bytes)
      shrink(state, busy)
      return
    }
    case 'unreadable':
      if (state.busy?.on !== 'request' || state.busy.rid !== event.rid) return
      state.busy = null
      // The row stays and is shown; the others must not wait for it.
      state.tooLarge = new Set([...state.tooLarge, ...event.ids])
      return
    case 'refreshed':
      if (state.busy?.on !== 'refresh' || state.busy.rid !== event.rid) return
      state.busy = null
      if (event.outcome === 'ok') state.renewed = true
      else if (event.outcome === 'refused') state.loginNeeded = true
      else if (event.outcome === 'revoked') takenBack(state, effects, now)
      else {
        state.portal = event.outcome === 'portal'
        fail(state, now)
      }
      return
    case 'lists_dropped':
      state.meta = { ...state.meta, cursor: null, filled: false }
      state.pullDue = true
      return
    case 'left_behind_seen':
      state.meta = { ...state.meta, leftBehind: null }
      return
    case 'session_renewed':
      Object.assign(state, { loginNeeded: false, renewed: false, retryAt: 0, pullDue: true })
      return
    case 'stored':
      if (state.busy?.on !== 'store' || state.busy.tid !== event.tid) return
      durable(state, state.busy.after, event)
      return
    case 'store_failed':
      if (state.busy?.on !== 'store' || state.busy.tid !== event.tid) return
      state.busy = null
      state.pullDue = true
      fail(state, now)
  }
}

/** Start the one most useful thing, or say when to look again. */
function proceed(state: State, effects: Effect[], now: Stamp): void {
  if (!state.open || !state.syncer || state.busy) return
  if (state.sweepDue) {
    state.sweepDue = false
    if (sweep(state, effects)) return
  }
  if (state.loginNeeded) return
  const waitUntil = Math.max(state.retryAt, state.hardUntil)
  if (now.mono < waitUntil) return wakeAt(state, effects, waitUntil)

  const { deviceId, epoch, revoked } = state.meta
  if (deviceId === null || epoch === null || state.enrolDue) {
    const rid = request(state, { kind: 'enrol', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'enrol' })
    return
  }

  const mayPull = !revoked && !state.tooOld && !state.sealedOnly
  if (mayPull && now.mono >= state.pollAt) state.pullDue = true
  const batch = pickBatch(state, now.mono, now.wall)
  if (batch.items.length > 0) {
    const wantPull = mayPull && batch.complete
    const ids = batch.items.map((item) => item.id)
    const rid = request(state, { kind: 'push', ids, bytes: batch.bytes, batchId: now.uuid, wantPull })
    const waiting = state.items.filter((item) => item.place === 'waiting').length
    const done = state.round?.done ?? 0
    state.round = { done, of: done + waiting }
    effects.push({
      do: 'request', rid, kind: 'push', deviceId, epoch, batchId: now.uuid, ids, wantPull,
      cursor: state.meta.cursor, maxBytes: MAX_BYTES,
    })
    return
  }
  state.round = null
  if (mayPull && state.pullDue) {
    const rid = request(state, { kind: 'pull', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'pull', epoch, cursor: state.meta.cursor })
    return
  }
  // After the pull: which homes are missing can be told only from lists that are up to date.
  if (mayPull && state.scopeDue) {
    const rid = request(state, { kind: 'scope', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'scope' })
    return
  }
  if (revoked && !state.items.some((item) => item.place === 'waiting')) {
    if (!state.farewell) {
      // An empty push says that nothing is left here; one try, then the phone clears itself whatever became of it.
      state.farewell = true
      const rid = request(state, { kind: 'push', ids: [], bytes: 0, batchId: now.uuid, wantPull: false })
      effects.push({ do: 'request', rid, kind: 'push', deviceId, epoch, batchId: now.uuid, ids: [], wantPull: false, cursor: null, maxBytes: MAX_BYTES })
      return
    }
    state.busy = { on: 'wipe' }
    effects.push({ do: 'wipe' })
    return
  }
  const times = [nextReady(state, now.mono, now.wall), mayPull ? state.pollAt : null].filter((at) => at !== null)
  if (times.length > 0) wakeAt(state, effects, Math.min(...times))
}

function answered(state: State, effects: Effect[], busy: Request, raw: RawAnswer, now: Stamp): void {
  const epoch = state.meta.epoch ?? ''
  switch (busy.kind) {
    case 'enrol': {
      const reading = readEnrol(raw)
      if (reading.is !== 'answer') return refused(state, effects, busy, raw, reading, now)
      const { device_id, seal, lease_hours, left_behind } = reading.body
      const after = succeeded(state, raw, reading.body.server_time, now)
      const ops = newDevice(state, device_id, reading.body.epoch, after)
      Object.assign(after.meta, { deviceId: device_id, epoch: reading.body.epoch, seal, leaseHours: lease_hours })
      // A phone that was known here before holds what it holds; only a new one can have lost something.
      if (state.meta.deviceId === null) after.meta.leftBehind = left_behind ?? null
      state.enrolDue = false
      state.pullDue = true
      store(state, effects, ops, after)
      return
    }
    case 'push': {
      const reading = readPush(raw, { batchId: busy.batchId, ids: busy.ids, epoch })
      if (reading.is !== 'answer') return refused(state, effects, busy, raw, reading, now)
      const after = succeeded(state, raw, reading.body.server_time, now)
      if (raw.sentBytes > 0 && busy.bytes > 4096) state.ratio = Math.min(1, Math.max(0.02, raw.sentBytes / busy.bytes))
      state.limitCount = Math.min(MAX_COUNT, Math.max(state.limitCount, busy.ids.length * 2))
      state.limitBytes = Math.min(MAX_BYTES, state.limitBytes * 2)
      if (state.round) state.round = { ...state.round, done: state.round.done + busy.ids.length }
      if (reading.body.device) after.meta.receipt = reading.body.device
      const ops = settle(state, reading.body, after, now)
      if (busy.wantPull) {
        if (reading.body.pull) ops.push(...takePage(state, effects, reading.body.pull, busy.cursor, after, now))
        else state.pullDue = true
      }
      store(state, effects, ops, after)
      return
    }
    case 'pull': {
      const reading = readPull(raw, epoch)
      if (reading.is !== 'answer') return refused(state, effects, busy, raw, reading, now)
      const after = succeeded(state, raw, reading.body.server_time, now)
      store(state, effects, takePage(state, effects, reading.body, busy.cursor, after, now), after)
      return
    }
    case 'scope': {
      const reading = readScope(raw)
      if (reading.is !== 'answer') return refused(state, effects, busy, raw, reading, now)
      state.scopeDue = false
      const households = reading.body.household_ids
      store(state, effects, [{ op: 'keep_only', households }], { ...succeeded(state, raw, null, now), scope: households })
    }
  }
}

/** The transaction is on disk; memory may now say so. */
function durable(state: State, after: AfterStore, event: Extract<Event, { type: 'stored' }>): void {
  state.busy = null
  state.meta = { ...state.meta, ...after.meta }
  if (event.items) state.items = bySeq(event.items)
  if (event.nextSeq !== undefined) state.meta.nextSeq = event.nextSeq
  if (after.leave.length > 0) {
    const gone = new Set(after.leave)
    state.items = state.items.filter((item) => !gone.has(item.id))
    state.notBefore = new Map([...state.notBefore].filter(([id]) => !gone.has(id)))
  }
  if (after.hold.length > 0) {
    const held = new Map(after.hold.map((hold) => [hold.id, hold]))
    state.items = state.items.map((item): Item => {
      const hold = held.get(item.id)
      return hold ? { ...item, place: 'held', code: hold.code, message: hold.message, heldAt: after.meta.lastContact ?? null } : item
    })
  }
  state.received = [...after.received.reverse(), ...state.received].slice(0, 50)
  if (after.resolved.length > 0) state.resolved = new Set([...state.resolved, ...after.resolved])
  if (event.stale) {
    state.meta = { ...state.meta, cursor: null, filled: false }
    state.pullDue = true
    return
  }
  if (after.digest !== null && event.digest !== undefined) state.scopeDue = event.digest !== after.digest
  if (after.scope !== null) {
    const here = new Set(event.households ?? [])
    // Households are missing here: only a full pull can bring them. Once, so that a server
    // whose list and log disagree does not make phones pull for ever.
    if (after.scope.some((id) => !here.has(id)) && state.scopeResyncs === 0) {
      state.scopeResyncs += 1
      state.meta = { ...state.meta, cursor: null }
      state.pullDue = true
    }
  } else if (after.digest !== null && event.digest === after.digest) state.scopeResyncs = 0
}

function request(state: State, what: Omit<Request, 'on' | 'rid' | 'cursor'>): number {
  const rid = state.nextId++
  state.busy = { on: 'request', rid, cursor: state.meta.cursor, ...what }
  return rid
}

const SINCE_LAST_TRY: Record<Trigger, number> = {
  start: 0, button: 0, online: 0, other_tab: 0, visible: 5_000, recorded: 15_000,
}

/** Something happened that makes another try worth while; Retry-After still holds. */
function hurry(state: State, why: Trigger, now: Stamp): void {
  if (why !== 'recorded' && why !== 'other_tab') state.pullDue = true
  // A village that gets its signal back at once must not knock at once.
  if (why === 'online') state.retryAt = now.mono + now.rand * 2000
  else if (state.failures > 0 && now.mono - state.lastTry >= SINCE_LAST_TRY[why]) state.retryAt = now.mono
}

function wakeAt(state: State, effects: Effect[], mono: number): void {
  if (state.wakeAt !== null && Math.abs(state.wakeAt - mono) < 1) return
  state.wakeAt = mono
  effects.push({ do: 'wake_at', mono })
}

export function bySeq(items: Item[]): Item[] {
  return [...items].sort((a, b) => a.seq - b.seq)
}

/** Everything of one page life but the numbers given to requests, so that a late answer matches nothing. */
function forget(state: State): void {
  const { syncer, nextId } = state
  Object.assign(state, CLOSED_STATE, { syncer, nextId })
}
