/**
 * How long what was pulled may be read without the server's word: a volunteer who was dismissed,
 * or a phone that was lost, stops reading by itself. Recording goes on in every case.
 */
const HOUR = 3600_000
const DAY = 24 * HOUR
export const LEASE_HOURS = { least: 24, usual: 72, most: 14 * 24 }
/** After the lease, this long until the keys of what was pulled are deleted. */
const KEPT_AFTER = 30 * DAY
/** Phones are set right by seconds all the time; a clock further back than this was turned back. */
const SLACK = 2 * 60_000

/** In the phone's own clock: what counts is the time between, so a clock wrong by years changes nothing. */
export interface Lease {
  /** When the last page was pulled. */
  at: number
  /** The greatest time seen since. */
  seen: number
}
/** `open` may be read · `locked` nothing stored is read, recording goes on · `gone` and its keys are deleted. */
export type Reading = 'open' | 'locked' | 'gone'

export function begin(wall: number): Lease {
  return { at: wall, seen: wall }
}
export function hoursOf(given: unknown): number {
  return typeof given === 'number' && given >= LEASE_HOURS.least && given <= LEASE_HOURS.most ? given : LEASE_HOURS.usual
}
/** Without a lease nothing was ever pulled, so there is nothing to withhold. */
export function reading(lease: Lease | null, hours: number, wall: number): Reading {
  if (!lease) return 'open'
  const end = lease.at + hoursOf(hours) * HOUR
  if (Math.max(wall, lease.seen) >= end + KEPT_AFTER) return 'gone'
  return wall < lease.seen - SLACK || wall >= end ? 'locked' : 'open'
}
/** The lease after the clock was looked at; the same object when nothing is to be written. */
export function noticed(lease: Lease, wall: number): Lease {
  return wall > lease.seen ? { ...lease, seen: wall } : lease
}
