/**
 * The questions screens ask of what is on this phone. Answers come from memory that was
 * filled from the encrypted store at opening, so none of them waits for the network.
 */
import type { AreaRow, CodeMatch, HouseholdRow, LocalRecord, TaskRow, TodayItem } from './rows'
import type { Uuid } from '../sync/wire'

export type * from './rows'

/** My open tasks, most needed first: late ones, then by priority, then by the longest silence. */
export function today(_day: string): TodayItem[] {
  return []
}

/** Unclaimed tasks of my areas: address and due window only. */
export function pool(): TaskRow[] {
  return []
}

export function task(_id: Uuid): TaskRow | null {
  return null
}

export function households(): HouseholdRow[] {
  return []
}

export function household(_id: Uuid): HouseholdRow | null {
  return null
}

export function areas(): AreaRow[] {
  return []
}

/** What a scan, a photo or typed signs mean among my own households; null for any other. */
export async function householdByCode(_text: string): Promise<CodeMatch | null> {
  return null
}

/** The number to dial, decrypted only now; null when it cannot be opened. */
export async function phoneOf(_contactId: Uuid): Promise<string | null> {
  return null
}

/** What was recorded on this phone, newest first, in its three places. */
export async function localRecords(_limit = 100): Promise<LocalRecord[]> {
  return []
}
