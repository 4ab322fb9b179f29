/** Turns the engine's state into the few facts screens may show. */
import { offsetNow, SKEW_SHOWN_MS } from './clock'
import { FLAG_AFTER } from './state'
import { isQuiet } from '../wire'
import type { State } from './state'
import type { Pause, Status } from '../status'

const DAY_MS = 24 * 3600_000

export interface Surroundings {
  wall: number
  mono: number
  bootId: string
  photosWaiting: number
  photosRefused: number
  persisted: Status['persisted']
  storageTight: boolean
  listLocked: boolean
}

export function say(state: State, around: Surroundings): Status {
  const waiting = waitingOf(state)
  const busy = state.busy
  const sending = waiting.length > 0 && busy?.on === 'request' && busy.kind === 'push' && state.round
    ? { n: Math.min(state.round.of, state.round.done + busy.ids.length), of: state.round.of }
    : null
  const offset = offsetNow(state.meta.clock, around)
  return {
    waiting: waiting.length,
    photosWaiting: around.photosWaiting,
    photosRefused: around.photosRefused,
    sending,
    received: state.received.filter((one) => !isQuiet(one.type)),
    attention: state.items.filter((item) => item.place === 'held' && !isQuiet(item.type)).map((item) => ({
      mutation_id: item.id, type: item.type, code: item.code ?? '', message: item.message ?? '',
      at: new Date(item.heldAt ?? item.recordedAt).toISOString(),
    })),
    lastContact: state.meta.lastContact === null ? null : new Date(state.meta.lastContact).toISOString(),
    reachable: state.reachable,
    pause: pauseOf(state),
    flagged: waiting.filter((item) => item.attempts >= FLAG_AFTER || state.tooLarge.has(item.id)).length,
    clockSkewMs: offset !== null && Math.abs(offset) > SKEW_SHOWN_MS ? offset : null,
    persisted: around.persisted,
    storageTight: around.storageTight,
    contactDue: around.persisted === 'denied' && state.meta.lastContact !== null && around.wall + (offset ?? 0) - state.meta.lastContact > DAY_MS,
    receivedThrough: state.meta.receipt?.received_through ?? 0,
    recordedThrough: state.meta.nextSeq - 1,
    filling: !state.meta.filled,
    listLocked: around.listLocked,
    leftBehind: state.meta.leftBehind,
    syncer: state.syncer,
  }
}

/** What will be left here once these entries have gone, for the committee's list of phones: `3;5400`, the oldest 5,400 s old. */
export function leftHere(state: State, going: readonly string[], wall: number): string {
  const gone = new Set(going)
  const left = waitingOf(state).filter((item) => !gone.has(item.id))
  if (left.length === 0) return '0'
  const oldest = Math.min(...left.map((item) => item.recordedAt))
  return `${left.length};${Math.max(0, Math.round((wall - oldest) / 1000))}`
}

function waitingOf(state: State): State['items'] {
  return state.items.filter((item) => item.place === 'waiting' && !isQuiet(item.type))
}

function pauseOf(state: State): Pause | null {
  if (!state.open) return 'closed'
  if (state.meta.revoked) return 'revoked'
  if (state.loginNeeded) return 'login'
  if (state.tooOld) return 'too_old'
  return state.portal ? 'portal' : null
}
