/**
 * What every screen may say about sending: one small object, derived from the engine's
 * state and nothing else, so two screens can never tell two stories.
 */
import type { Instant, LeftBehind, Uuid } from './wire'

export type Pause =
  | 'login'        // the log-in ran out and could not be renewed silently
  | 'too_old'      // the server asks for a newer app; recording goes on
  | 'revoked'      // this phone may only hand in what it still holds
  | 'portal'       // something on the way answered instead of the server
  | 'closed'

export interface Received {
  mutation_id: Uuid
  type: string
  at: Instant
}

export interface Attention {
  mutation_id: Uuid
  type: string
  code: string
  message: string
  at: Instant
}

export interface Status {
  /** Entries on this phone the committee does not have yet. */
  waiting: number
  /** Photos whose visit is with the committee and which are not. */
  photosWaiting: number
  /** Photos the server looked at and cannot take; they stay on this phone. */
  photosRefused: number
  /** Sending entry n of `of`; null when nothing is on its way. */
  sending: { n: number; of: number } | null
  /** Newest first, at most 50, since this page opened. */
  received: Received[]
  attention: Attention[]
  lastContact: Instant | null
  /** Whether the last try reached the server. null before the first try. */
  reachable: boolean | null
  pause: Pause | null
  /** Entries that failed many times; nothing is lost, someone should look. */
  flagged: number
  /** Server time minus phone time, when it is more than five minutes. */
  clockSkewMs: number | null
  /** The answer to navigator.storage.persist(). */
  persisted: 'granted' | 'denied' | 'unknown'
  /** More than 80 % of the room the browser gives is used. */
  storageTight: boolean
  /** The browser may clear what is kept here, and the server was not heard for a day. */
  contactDue: boolean
  /** Highest device_seq up to which the server has everything, and what it misses. */
  receivedThrough: number
  recordedThrough: number
  /** Rows of the first full pull are still arriving. */
  filling: boolean
  /** The lists are withheld until the server speaks again; recording goes on. */
  listLocked: boolean
  /** What the server knows to be missing from this person's phones before this one, until it was seen. */
  leftBehind: LeftBehind | null
  /** Whether this tab does the sending; another open tab may. */
  syncer: boolean
}

export const CLOSED: Status = {
  waiting: 0, photosWaiting: 0, photosRefused: 0, sending: null, received: [], attention: [], lastContact: null,
  reachable: null, pause: 'closed', flagged: 0, clockSkewMs: null, persisted: 'unknown',
  storageTight: false, contactDue: false, receivedThrough: 0, recordedThrough: 0, filling: false, listLocked: false, leftBehind: null, syncer: false,
}
