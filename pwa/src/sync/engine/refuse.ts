/**
 * What a refusal means, and what an answer that cannot be believed means. Nothing in this file
 * moves an entry out of the outbox.
 */
import { backedUpOf } from './answers'
import type { Told, Unknown } from './answers'
import { backoffMs } from './backoff'
import type { Effect, Op, RawAnswer, Stamp } from './events'
import { fail, nothingYet, store } from './step'
import type { Request } from './step'
import type { AfterStore, State } from './state'

/** Our server said no, or nobody we know said anything. No entry moves here, ever. */
export function refused(state: State, effects: Effect[], busy: Request, raw: RawAnswer, reading: Told | Unknown, now: Stamp): void {
  if (reading.is === 'unknown') {
    state.portal = reading.why === 'portal'
    if (reading.why === 'timeout' && busy.ids.length > 1) shrink(state, busy)
    return fail(state, now)
  }
  const { status, code, ours } = reading
  state.portal = !raw.isJson && status < 500
  if (ours && status === 409 && code === 'sync.epoch_changed' && typeof reading.details.epoch === 'string') {
    // Told to change to the epoch we sent: the server contradicts itself, so ask later, not at once for ever.
    if (reading.details.epoch === state.meta.epoch) return fail(state, now, raw.isJson)
    return newEpoch(state, effects, reading.details.epoch, backedUpOf(reading.details.backed_up), now)
  }
  if (ours && status === 410) {
    const after = nothingYet()
    Object.assign(after.meta, { cursor: null, filled: false })
    state.pullDue = true
    return store(state, effects, [{ op: 'drop_replica' }], after)
  }
  if (ours && status === 403 && code === 'sync.device_revoked') {
    return takenBack(state, effects, now)
  }
  if (ours && code === 'sync.device_unknown') {
    // Mostly a new log-in that does not carry the phone yet; a restore may have forgotten it altogether.
    state.enrolDue = true
    return fail(state, now, raw.isJson)
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
  fail(state, now, raw.isJson)
}

/** The phone may only hand in what it still holds; what was pulled goes at once. */
export function takenBack(state: State, effects: Effect[], now: Stamp): void {
  if (state.meta.revoked) return fail(state, now, true)
  const after = nothingYet()
  Object.assign(after.meta, { revoked: true, cursor: null, filled: false })
  store(state, effects, [{ op: 'drop_replica' }], after)
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
export function newDevice(state: State, deviceId: string, epoch: string, after: AfterStore): Op[] {
  const known = state.meta.deviceId !== null
  if (!known || (deviceId === state.meta.deviceId && epoch === state.meta.epoch)) return []
  Object.assign(after.meta, { cursor: null, filled: false, receipt: null })
  const ops: Op[] = [{ op: 'restore_archive', backedUp: null }]
  if (deviceId !== state.meta.deviceId) ops.push({ op: 'renumber' })
  return [...ops, { op: 'drop_replica' }]
}

/** Half as much next time; an entry that is too much all by itself is shown, and the rest goes on. */
export function shrink(state: State, busy: Request): void {
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
