/**
 * How often a PIN may be wrong. Four slips cost nothing, then each one a little longer, and the
 * tenth drops the keys. The clock can be set by whoever holds the phone, so the pauses only slow
 * a hand down; the count, which is written before a try is judged, is what ends it.
 */
export const TRIES = 10
const PAUSE_S = [0, 0, 0, 0, 30, 60, 300, 900, 900, 0]

export interface Tries {
  /** Wrong in a row, written before each try and set to 0 by a right one. */
  tries: number
  /** Wall clock before which no further try is taken. */
  waitUntil: number
}
export const NO_TRIES: Tries = { tries: 0, waitUntil: 0 }

export function pauseAfter(wrong: number): number {
  return (PAUSE_S[wrong - 1] ?? 0) * 1000
}
/** One more try begins: counted as wrong until it turns out right. */
export function begun({ tries }: Tries, wall: number): Tries {
  return { tries: tries + 1, waitUntil: wall + pauseAfter(tries + 1) }
}
/** Milliseconds until the next try is taken; a pause longer than any we set is a clock turned back. */
export function waitLeft({ tries, waitUntil }: Tries, wall: number): number {
  const left = waitUntil - wall
  return left > 0 && left <= pauseAfter(tries) ? left : 0
}
export function triesLeft({ tries }: Tries): number {
  return Math.max(0, TRIES - tries)
}
