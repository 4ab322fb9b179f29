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
import { backedUpOf, instantOf, readEnrol, readPull, readPush, readScope } from './answers'
import type { Told, Unknown } from './answers'
import { backoffMs } from './backoff'
import { nextReady, pickBatch } from './batch'
import { measure } from './clock'
import type { Effect, Event, Op, RawAnswer, Stamp, Trigger } from './events'
import { settle, takePage } from './settle'
import { CLOSED_STATE, MAX_BYTES, MAX_COUNT } from './state'
import type { AfterStore, Busy, Item, State } from './state'

export type Step = [State, Effect[]]
type Request = Extract<Busy, { on: 'request' }>

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
      Object.assign(state, { open: true, meta: event.meta, items: bySeq(event.items), resolved: new Set(event.resolved) })
      state.pullDue = true
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
      else fail(state, now)
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
  if (!state.open || !state.syncer || state.busy || state.loginNeeded) return
  const waitUntil = Math.max(state.retryAt, state.hardUntil)
  if (now.mono < waitUntil) return wakeAt(state, effects, waitUntil)

  const { deviceId, epoch, revoked } = state.meta
  if (deviceId === null || epoch === null || state.enrolDue) {
    const rid = request(state, { kind: 'enrol', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'enrol' })
    return
  }

  const mayPull = !revoked && !state.tooOld
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
  if (mayPull && state.scopeDue) {
    const rid = request(state, { kind: 'scope', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'scope' })
    return
  }
  if (mayPull && state.pullDue) {
    const rid = request(state, { kind: 'pull', ids: [], bytes: 0, batchId: '', wantPull: false })
    effects.push({ do: 'request', rid, kind: 'pull', epoch, cursor: state.meta.cursor })
    return
  }
  if (revoked && !state.items.some((item) => item.place === 'waiting')) {
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
      const { device_id, seal, lease_hours } = reading.body
      const after = succeeded(state, raw, reading.body.server_time, now)
      const ops = newDevice(state, device_id, reading.body.epoch, after)
      Object.assign(after.meta, { deviceId: device_id, epoch: reading.body.epoch, seal, leaseHours: lease_hours })
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
        if (reading.body.pull) ops.push(...takePage(state, effects, reading.body.pull, after, now))
        else state.pullDue = true
      }
      store(state, effects, ops, after)
      return
    }
    case 'pull': {
      const reading = readPull(raw, epoch)
      if (reading.is !== 'answer') return refused(state, effects, busy, raw, reading, now)
      const after = succeeded(state, raw, reading.body.server_time, now)
      store(state, effects, takePage(state, effects, reading.body, after, now), after)
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

/** Our server said no, or nobody we know said anything. No entry moves here, ever. */
function refused(state: State, effects: Effect[], busy: Request, raw: RawAnswer, reading: Told | Unknown, now: Stamp): void {
  if (reading.is === 'unknown') {
    state.portal = reading.why === 'portal'
    if (reading.why === 'timeout' && busy.ids.length > 1) shrink(state, busy)
    return fail(state, now)
  }
  const { status, code, ours } = reading
  state.portal = !raw.isJson && status < 500
  if (ours && status === 409 && code === 'sync.epoch_changed' && typeof reading.details.epoch === 'string') {
    // Told to change to the epoch we sent: the server contradicts itself, so ask later, not at once for ever.
    if (reading.details.epoch === state.meta.epoch) return fail(state, now)
    return newEpoch(state, effects, reading.details.epoch, backedUpOf(reading.details.backed_up), now)
  }
  if (ours && status === 410) {
    const after = nothingYet()
    Object.assign(after.meta, { cursor: null, filled: false })
    state.pullDue = true
    return store(state, effects, [{ op: 'drop_replica' }], after)
  }
  if (ours && status === 403 && code === 'sync.device_revoked') {
    if (state.meta.revoked) return fail(state, now)
    const after = nothingYet()
    Object.assign(after.meta, { revoked: true, cursor: null, filled: false })
    return store(state, effects, [{ op: 'drop_replica' }], after)
  }
  if (ours && code === 'sync.device_unknown') {
    // Mostly a new log-in that does not carry the phone yet; a restore may have forgotten it altogether.
    state.enrolDue = true
    return fail(state, now)
  }
  if (status === 401 && raw.isJson) {
    // A token fresh from a refresh was refused too: only a person can help now.
    if (state.renewed) {
      state.loginNeeded = true
      state.renewed = false
      return
    }
    const rid = state.nextId++
    state.busy = { on: 'refresh', rid }
    effects.push({ do: 'refresh', rid })
    return
  }
  if (status === 426 && ours) {
    state.tooOld = true
    // Only pulling stops: entries are still handed in, the server keeps what it cannot read.
    if (busy.kind === 'pull' || busy.kind === 'scope') return
  }
  if ((status === 413 || status === 414 || status === 431) && busy.kind === 'push') return shrink(state, busy)
  if (raw.retryAfterS !== null && (status === 429 || status === 503)) {
    state.hardUntil = now.mono + Math.min(raw.retryAfterS, 3600) * 1000 * (1 + now.rand / 4)
  }
  // An answer that keeps blaming one batch: find the one entry it is about and let the others pass.
  if (busy.kind === 'push' && (status === 400 || status === 422 || status === 500)) {
    state.blamed += 1
    const [only] = busy.ids
    if (only !== undefined && busy.ids.length === 1 && (state.blamed >= 3 || state.suspects.has(only))) setAside(state, only, now)
    else if (state.blamed >= 3) shrink(state, busy)
  }
  fail(state, now)
}

/**
 * The server was restored from a backup: what it forgot must be told again. Sending
 * something it still knows is harmless, because every entry carries its own id.
 */
function newEpoch(state: State, effects: Effect[], epoch: string, backedUp: Record<string, number> | null, now: Stamp): void {
  const after = nothingYet()
  Object.assign(after.meta, { epoch, cursor: null, filled: false, receipt: null })
  state.pullDue = true
  state.scopeDue = false
  state.resolved = new Set()
  state.retryAt = now.mono
  store(state, effects, [{ op: 'restore_archive', backedUp }, { op: 'drop_replica' }], after)
}

/** What changes when enrolling again gave another device or another epoch than before. */
function newDevice(state: State, deviceId: string, epoch: string, after: AfterStore): Op[] {
  const known = state.meta.deviceId !== null
  if (!known || (deviceId === state.meta.deviceId && epoch === state.meta.epoch)) return []
  Object.assign(after.meta, { cursor: null, filled: false, receipt: null })
  const ops: Op[] = [{ op: 'restore_archive', backedUp: null }]
  if (deviceId !== state.meta.deviceId) ops.push({ op: 'renumber' })
  return [...ops, { op: 'drop_replica' }]
}

function succeeded(state: State, raw: RawAnswer, serverTime: string | null, now: Stamp): AfterStore {
  Object.assign(state, {
    failures: 0, blamed: 0, retryAt: 0, hardUntil: 0, renewed: false, loginNeeded: false, portal: false, reachable: true,
  })
  const after = nothingYet()
  const serverMs = instantOf(serverTime)
  if (serverMs !== null) {
    after.meta.lastContact = serverMs
    const clock = measure(raw, serverMs, now.bootId)
    if (clock) after.meta.clock = clock
  }
  return after
}

export function nothingYet(): AfterStore {
  return { meta: {}, leave: [], hold: [], received: [], resolved: [], digest: null, scope: null }
}

function store(state: State, effects: Effect[], ops: Op[], after: AfterStore): void {
  const tid = state.nextId++
  if (Object.keys(after.meta).length > 0) ops.push({ op: 'meta', set: after.meta })
  state.busy = { on: 'store', tid, after }
  const moved = ops.some((op) => op.op === 'restore_archive' || op.op === 'renumber')
  effects.push({
    do: 'store', tid, ops,
    want: { digest: after.digest !== null, households: after.scope !== null, items: moved },
  })
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
  if (after.digest !== null && event.digest !== undefined && event.digest !== after.digest) state.scopeDue = true
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

function request(state: State, what: Omit<Request, 'on' | 'rid'>): number {
  const rid = state.nextId++
  state.busy = { on: 'request', rid, ...what }
  return rid
}

function fail(state: State, now: Stamp): void {
  state.failures += 1
  state.reachable = false
  state.round = null
  state.retryAt = now.mono + backoffMs(state.failures, now.rand)
  if (state.busy === null) state.renewed = false
}

/** Half as much next time; an entry that is too much all by itself is shown, and the rest goes on. */
function shrink(state: State, busy: Request): void {
  if (busy.kind !== 'push') return
  if (busy.ids.length === 1) state.tooLarge = new Set([...state.tooLarge, ...busy.ids])
  state.limitCount = Math.max(1, Math.floor(busy.ids.length / 2))
  state.limitBytes = Math.max(1024, Math.floor(state.limitBytes / 2))
}

function setAside(state: State, id: string, now: Stamp): void {
  const item = state.items.find((one) => one.id === id)
  if (!item) return
  const attempts = item.attempts + 1
  state.items = state.items.map((one) => (one.id === item.id ? { ...one, attempts } : one))
  state.notBefore = new Map(state.notBefore).set(item.id, now.mono + backoffMs(attempts + 6, now.rand))
  state.suspects = new Set(state.suspects).add(item.id)
  state.blamed = 0
}

const SINCE_LAST_TRY: Record<Trigger, number> = {
  start: 0, button: 0, online: 0, other_tab: 0, visible: 5_000, recorded: 15_000,
}

/** Something happened that makes another try worth while; Retry-After still holds. */
function hurry(state: State, why: Trigger, now: Stamp): void {
  if (why !== 'recorded' && why !== 'other_tab') state.pullDue = true
  if (state.failures > 0 && now.mono - state.lastTry >= SINCE_LAST_TRY[why]) {
    // A village that gets its signal back at once must not knock at once.
    state.retryAt = why === 'online' ? now.mono + now.rand * 2000 : now.mono
  }
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
