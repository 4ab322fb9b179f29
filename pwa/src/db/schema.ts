/**
 * What lies where in this browser. One small register of profiles, and one database per
 * profile (a user on this browser, which the server knows as one device), so that a second
 * person's app has no handle on the first one's entries.
 *
 * Clear: ids, state, sizes, times. Everything else is inside boxes.
 */
import type { Stores } from './idb'
import type { Box } from './box'
import type { Uuid } from '../sync/wire'

/** Raised with any change of shape; see migrate.ts for how a store moves to a new one. */
export const SCHEMA = 2
/** From this shape on a profile's key is behind a PIN. */
export const WITH_PIN = 2

export const REGISTER = 'linli'
export const REGISTER_STORES: Stores = { profiles: { keyPath: 'id' }, keys: { keyPath: 'id' } }

export interface ProfileRow {
  id: string
  /** Name of the database that is this profile's now. */
  db: string
  schema: number
  userId: Uuid
  /** The user's name, boxed under the register's key. */
  name: Box
  /** Has not logged out here: their entries wait behind their own PIN. */
  loggedIn: boolean
  /** The browser's log-in, of which there is only one, is theirs. */
  holder?: boolean
  /** The committee's public number, for the lock screen. */
  committeePhone?: string | null
  usedAt: number
}

export const PROFILE_STORES: Stores = {
  meta: { keyPath: 'id' },
  keys: { keyPath: 'id' },
  /** index of recorded entries, rewritten as they move */
  states: { keyPath: 'id' },
  /** content of recorded entries, written once */
  entries: { keyPath: 'id' },
  /** boxed lists of what was pulled */
  chunks: { keyPath: 'id' },
  drafts: { keyPath: 'id' },
  photos: { keyPath: 'id' },
}
export const ALL_STORES = Object.keys(PROFILE_STORES)

/** A box in the store of device facts, beside the one row in clear. */
export interface MetaBox extends Box {
  id: 'doors'
  rev: number
}

export interface EntryRow extends Box {
  id: Uuid
  sealKey: string | null
  sealed: Uint8Array | null
}

export interface ChunkRow extends Box {
  id: string
  rev: number
}

export interface DraftRow extends Box {
  id: string
  household: Uuid | null
  savedAt: number
}

export interface PhotoRow extends Box {
  id: Uuid
  /** The form it was taken for, until that form is finished. */
  draft: string | null
  mutation: Uuid | null
  entity: Uuid | null
  sha256: string
  size: number
  mime: string
  state: 'kept' | 'waiting' | 'sent' | 'refused'
  attempts: number
  addedAt: number
  /** What its entry is for the server; absent on photos of visits. */
  of?: string
  /** Where the server keeps what came of it so far; rows of the first builds have none. */
  upload?: string | null
}

export interface KeyRow {
  id: 'data' | 'device'
  key: CryptoKey
  publicJwk?: JsonWebKey
}
