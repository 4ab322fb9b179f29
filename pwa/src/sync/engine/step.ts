/**
 * The few ways in which a believed or failed answer changes the engine's state, shared by what
 * follows a success and what follows a refusal.
 */
import { instantOf } from './answers'
import { backoffMs } from './backoff'
import { measure } from './clock'
import type { Effect, Op, RawAnswer, Stamp } from './events'
import type { AfterStore, Busy, State } from './state'

export type Request = Extract<Busy, { on: 'request' }>

/** The server spoke: failures are forgotten, and its clock tells about ours. */
export function succeeded(state: State, raw: RawAnswer, serverTime: string | null, now: Stamp): AfterStore {
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

/** Ask for one transaction; memory follows in `durable`, when it is on disk. */
export function store(state: State, effects: Effect[], ops: Op[], after: AfterStore): void {
  const tid = state.nextId++
  if (Object.keys(after.meta).length > 0) ops.push({ op: 'meta', set: after.meta })
  state.busy = { on: 'store', tid, after }
  const moved = ops.some((op) => op.op === 'restore_archive' || op.op === 'renumber')
  effects.push({
    do: 'store', tid, ops,
    want: { digest: after.digest !== null, households: after.scope !== null, items: moved },
  })
}

/** Nothing moved; later. `reached`: it was our server that could not help just now. */
export function fail(state: State, now: Stamp, reached = false): void {
  state.failures += 1
  state.reachable = reached
  state.round = null
  state.retryAt = now.mono + backoffMs(state.failures, now.rand)
  if (state.busy === null) state.renewed = false
}
