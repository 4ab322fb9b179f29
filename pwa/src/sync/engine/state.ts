/**
 * What the engine remembers between two events. Everything here can be rebuilt from the
 * store after a crash; nothing here is the only copy of anything a person recorded.
 */
import type { DeviceReceipt, LeftBehind, SealKey, Uuid } from '../wire'
import type { Received } from '../status'
import type { Lease } from '../../db/lock/lease'

/** Where a recorded entry is. It never leaves 'waiting' without a final verdict. */
export type Place = 'waiting' | 'held' | 'archived'

/** The index entry of one recorded intention; its content stays in the store. */
export interface Item {
  id: Uuid
  seq: number
  type: string
  entity: Uuid
  dependsOn: Uuid[]
  /** Bytes of its JSON, before compression. */
  size: number
  place: Place
  recordedAt: number
  /** Wall clock until which the person may take it back; 0 when not offered. */
  undoUntil: number
  attempts: number
  code: string | null
  message: string | null
  heldAt: number | null
}

/** The durable facts about this device, written only together with what they describe. */
export interface Meta {
  deviceId: Uuid | null
  epoch: string | null
  seal: SealKey | null
  leaseHours: number
  /** From the last page pulled; null when none ever was. */
  lease: Lease | null
  cursor: string | null
  /** True once a pull came to its end, so an empty list means "nothing", not "not yet". */
  filled: boolean
  nextSeq: number
  revoked: boolean
  receipt: DeviceReceipt | null
  /** Server clock minus phone clock, where and when it was measured. */
  clock: { offsetMs: number; bootId: string; wallMs: number; monoMs: number } | null
  lastContact: number | null
  /** Told once, when this phone was enrolled; gone when the person has seen it. */
  leftBehind: LeftBehind | null
}

export const NEW_META: Meta = {
  deviceId: null, epoch: null, seal: null, leaseHours: 72, lease: null, cursor: null, filled: false, nextSeq: 1,
  revoked: false, receipt: null, clock: null, lastContact: null, leftBehind: null,
}

export type RequestKind = 'enrol' | 'push' | 'pull' | 'scope'

/** What must be true in memory once a transaction is durable, and not a moment before. */
export interface AfterStore {
  meta: Partial<Meta>
  leave: Uuid[]
  hold: { id: Uuid; code: string; message: string }[]
  received: Received[]
  resolved: Uuid[]
  /** The server's digest of my households, to compare with what is stored now. */
  digest: string | null
  /** My household ids as the server lists them, to see whether any is missing here. */
  scope: Uuid[] | null
}

export type Busy =
  | { on: 'request'; rid: number; kind: RequestKind; ids: Uuid[]; bytes: number; batchId: Uuid; wantPull: boolean; cursor: string | null }
  | { on: 'refresh'; rid: number }
  | { on: 'store'; tid: number; after: AfterStore }
  | { on: 'wipe' }

export interface State {
  open: boolean
  syncer: boolean
  /** Locked: nothing may be pulled, because nothing could be boxed; sealed copies still go out. */
  sealedOnly: boolean
  meta: Meta
  /** Waiting and held entries, by device_seq. */
  items: Item[]
  /** Entries whose quarantine case the committee has already settled. */
  resolved: Set<Uuid>
  busy: Busy | null
  nextId: number

  /** Times below are monotonic milliseconds of this page life. */
  notBefore: Map<Uuid, number>
  tooLarge: Set<Uuid>
  /** Entries that alone made the server fail; they go by themselves, after all others. */
  suspects: Set<Uuid>
  retryAt: number
  /** Set by Retry-After; no trigger may override it. */
  hardUntil: number
  lastTry: number
  pollAt: number
  wakeAt: number | null

  failures: number
  /** Consecutive answers that blame the batch itself. */
  blamed: number
  limitCount: number
  limitBytes: number
  /** Compressed size over plain size, as last seen. */
  ratio: number

  /** At each start: what was held and is settled by now has been seen, and leaves. */
  sweepDue: boolean
  pullDue: boolean
  scopeDue: boolean
  scopeResyncs: number
  /** The token is fresh from a refresh that nothing has confirmed yet. */
  renewed: boolean
  loginNeeded: boolean
  /** The server did not know this phone, or this log-in does not carry it: say again who we are. */
  enrolDue: boolean
  tooOld: boolean
  /** This phone, taken out of use, has tried once to say that nothing is left on it. */
  farewell: boolean
  portal: boolean
  reachable: boolean | null
  round: { done: number; of: number } | null
  received: Received[]
}

export const MAX_COUNT = 500
export const MAX_BYTES = 256 * 1024
export const MAX_PLAIN = 2 * 1024 * 1024
export const FLAG_AFTER = 8
export const ARCHIVE_MS = 30 * 24 * 3600_000
/** So long a received entry stays in sight on 本机记录, also when a backup holds it. */
export const SHOWN_MS = 7 * 24 * 3600_000

export const CLOSED_STATE: State = {
  open: false, syncer: false, sealedOnly: false, meta: NEW_META, items: [], resolved: new Set(), busy: null, nextId: 1,
  notBefore: new Map(), tooLarge: new Set(), suspects: new Set(), retryAt: 0, hardUntil: 0, lastTry: -Infinity, pollAt: 0, wakeAt: null,
  failures: 0, blamed: 0, limitCount: MAX_COUNT, limitBytes: MAX_BYTES, ratio: 0.4,
  sweepDue: false, pullDue: false, scopeDue: false, scopeResyncs: 0, renewed: false, loginNeeded: false, enrolDue: false, tooOld: false, farewell: false,
  portal: false, reachable: null, round: null, received: [],
}
