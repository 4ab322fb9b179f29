/**
 * Everything the outside may tell the engine and everything the engine may ask of it.
 * Both are plain data, so a trace of a failing run can be printed, shrunk and replayed.
 */
import type { Change, Uuid } from '../wire'
import type { Item, Meta, RequestKind } from './state'

/** Clock, chance and fresh ids of the moment an event happened. */
export interface Stamp {
  wall: number
  mono: number
  bootId: string
  /** 0 <= rand < 1 */
  rand: number
  uuid: Uuid
}

/** What came back for a request, not yet believed. */
export interface RawAnswer {
  /** 0 when nothing came back. */
  status: number
  failure: 'network' | 'timeout' | null
  json: unknown
  /** content-type was application/json and the body parsed */
  isJson: boolean
  protocol: string | null
  retryAfterS: number | null
  sentWall: number
  gotWall: number
  sentMono: number
  gotMono: number
  /** Bytes of the body as sent; 0 when it had none. */
  sentBytes: number
}

export type Trigger = 'start' | 'online' | 'visible' | 'button' | 'recorded' | 'other_tab'

export type Event =
  | { type: 'loaded'; meta: Meta; items: Item[]; resolved: Uuid[]; sealedOnly?: boolean }
  | { type: 'closed' }
  | { type: 'recorded'; item: Item }
  /** The outbox index as it is in the store now (another tab wrote, or an entry was taken back). */
  | { type: 'outbox'; items: Item[]; nextSeq: number }
  | { type: 'trigger'; why: Trigger }
  | { type: 'wake' }
  /** `now`: what lies in the store at this moment, where another tab has been the sender since this one looked. */
  | { type: 'lock'; held: boolean; now?: { meta: Meta; items: Item[]; resolved: Uuid[] } }
  | { type: 'answer'; rid: number; raw: RawAnswer }
  /** The compressed body was over the limit and was not sent. */
  | { type: 'oversize'; rid: number; bytes: number }
  /** Listed entries could not be read from the store and were not sent. */
  | { type: 'unreadable'; rid: number; ids: Uuid[] }
  | { type: 'refreshed'; rid: number; outcome: 'ok' | 'refused' | 'revoked' | 'portal' | 'unreachable' }
  | { type: 'session_renewed' }
  | { type: 'left_behind_seen' }
  /** Long after the lease the lists were deleted: what is pulled next begins at the start. */
  | { type: 'lists_dropped' }
  | { type: 'stored'; tid: number; digest?: string; households?: Uuid[]; items?: Item[]; nextSeq?: number; stale?: boolean }
  | { type: 'store_failed'; tid: number }

/** One step of a transaction. All steps of one `store` effect happen together or not at all. */
export type Op =
  | { op: 'archive'; id: Uuid; seq: number | null; area: string | null; at: number }
  | { op: 'hold'; id: Uuid; code: string; message: string; at: number }
  | { op: 'attempts'; id: Uuid; attempts: number }
  /** Applied and settled entries go back to waiting, save those the server has in a verified backup. */
  | { op: 'restore_archive'; backedUp: Record<string, number> | null }
  /** Goes: what is older than `before`, and what a backup holds unless it was settled after `shownSince`. */
  | { op: 'prune_archive'; backedUp: Record<string, number> | null; before: number; shownSince: number }
  | { op: 'renumber' }
  /** `since`: the cursor they follow. Where the lists were deleted meanwhile they are not written, and pulling begins anew. */
  | { op: 'rows'; changes: Change[]; since?: string | null }
  | { op: 'keep_only'; households: Uuid[] }
  | { op: 'drop_replica' }
  | { op: 'meta'; set: Partial<Meta> }

export type Effect =
  | { do: 'request'; rid: number; kind: 'enrol' }
  | { do: 'request'; rid: number; kind: 'push'; deviceId: Uuid; epoch: string; batchId: Uuid; ids: Uuid[]; wantPull: boolean; cursor: string | null; maxBytes: number }
  | { do: 'request'; rid: number; kind: 'pull'; epoch: string; cursor: string | null }
  | { do: 'request'; rid: number; kind: 'scope' }
  | { do: 'refresh'; rid: number }
  | { do: 'store'; tid: number; ops: Op[]; want: { digest: boolean; households: boolean; items: boolean } }
  | { do: 'wake_at'; mono: number }
  | { do: 'kill_worker' }
  | { do: 'wipe' }

export type { RequestKind }
