/**
 * The phone's clock may be wrong by years and may jump while a form is open. It is never
 * corrected and never blocks anything; we only measure how far off it is.
 */
import type { RawAnswer } from './events'
import type { Meta } from './state'

const SLOWEST_HONEST_MS = 10_000

type Clock = NonNullable<Meta['clock']>

/** Server time against the middle of the request; null when the round trip was too slow to tell. */
export function measure(raw: RawAnswer, serverMs: number, bootId: string): Clock | null {
  const roundTrip = raw.gotMono - raw.sentMono
  if (roundTrip < 0 || roundTrip >= SLOWEST_HONEST_MS) return null
  // The wall clock may have jumped during the request: only its end is used, stepped back by steady time.
  const middle = raw.gotWall - roundTrip / 2
  return { offsetMs: Math.round(serverMs - middle), bootId, wallMs: Math.round(raw.gotWall), monoMs: Math.round(raw.gotMono) }
}

/**
 * The offset that fits the phone's clock now. Within the page life that measured it, steady
 * time shows whether the wall clock has been changed since, and by how much.
 */
export function offsetNow(clock: Clock | null, now: { wall: number; mono: number; bootId: string }): number | null {
  if (!clock) return null
  if (clock.bootId !== now.bootId) return clock.offsetMs
  const expectedWall = clock.wallMs + (now.mono - clock.monoMs)
  return Math.round(clock.offsetMs + (expectedWall - now.wall))
}

export const SKEW_SHOWN_MS = 5 * 60_000
