/**
 * The one door to everything kept on this phone and sent from it. Screens import this
 * and `db/queries`, nothing deeper.
 *
 * A promise returned here resolves only after the browser has confirmed the write
 * (`complete` of a strict transaction); until then nothing may be called saved.
 */
import type { Carried } from './carrying'
import { door } from './door'
import type { AttachmentRef, MutationName, MutationPayloads, Uuid } from './wire'
import type { Line } from './line'
import type { PhoneKey } from '../device/phoneLock'
import type { Status } from './status'
import type { LockFacts } from '../db/lock/vault'

export type * from './wire'
export type { Carried } from './carrying'
export type { Line, Piece } from './line'
export type { RawAnswer } from './engine/events'
export type { LockFacts } from '../db/lock/vault'
export { pinFault } from '../db/lock/pin'
export { prepareStretch } from '../db/lock/kdf'
export type { Status, Pause, Received, Attention } from './status'
/** Thrown when the phone has no room for what was to be kept; nothing of it was written. */
export { NoRoom } from '../db/idb'

/** What the log-in hands to sync; sync never sees a password or a refresh token. */
export interface Session {
  userId: Uuid
  /** Known from this phone alone, without a new log-in. */
  returning?: boolean
  /** Shown on the unlock screen as "N entries of NAME wait". */
  userName: string
  appVersion: string
  /** The access token now, or null when there is none. */
  token(): string | null
  /** Take over a token that carries the device. */
  setToken(token: string): void
  /**
   * Renew silently. `proof` makes the device's signature over the body that will be sent.
   * 'refused' means only a new log-in helps, 'revoked' that this phone was taken out of use.
   */
  refresh(proof: ProofMaker): Promise<'ok' | 'refused' | 'revoked' | 'portal' | 'unreachable'>
  /** This phone was taken out of use, has handed in what it held and holds nothing any more. */
  cleared?(): void
}

/** Headers proving possession of this device's key for exactly this body; `nonce` is one the server just gave elsewhere. */
export type ProofMaker = (body: Uint8Array, nonce?: string) => Promise<Record<string, string>>

/**
 * `choose` a PIN is to be chosen first · `locked` · `dropped` its keys are gone, only a new log-in helps · `open`.
 * While locked or dropped, what waits still goes out as the copies sealed to the server.
 */
export type Access = 'closed' | 'choose' | 'locked' | 'dropped' | 'open'

export interface OpenResult {
  access: Access
  /** 'new' when this browser had nothing of this user before. */
  device: 'new' | 'known' | 'unenrolled'
  /** False in private mode or without IndexedDB: recording works only while online. */
  durable: boolean
}

export interface Recorded {
  mutationId: Uuid
  entityId: Uuid
  recordedAt: string
  /** Until when `undo` is possible; null when it was not asked for. */
  undoUntil: string | null
}

export interface EnqueueOptions<N extends MutationName> {
  /** Which task a task mutation is about; for visits the new id is made here. */
  entityId?: Uuid
  /** The version of the row the person was looking at. */
  baseVersion?: N extends `task.${string}` ? number : never
  dependsOn?: Uuid[]
  /** Keep it on the phone this long so that it can be taken back; 0 by default. */
  undoMs?: number
  /** A draft that is finished by this entry, removed in the same transaction. */
  draftKey?: string
}

export interface PhotoInput {
  blob: Blob
  /** The draft or visit it belongs to. */
  draftKey: string
}

export interface Draft<T = unknown> {
  key: string
  householdId: Uuid | null
  savedAt: string
  value: T
}

export interface OtherUser {
  userId: Uuid
  userName: string
  waiting: number
  /** Has not logged out here: comes back by a PIN. */
  loggedIn: boolean
}

export interface SealedExport {
  files: File[]
  /** Entries in them, and entries that had no sealed copy and stay behind. */
  entries: number
  left: number
  /** False when no server has ever met this phone: nobody could tell whose entries these are. */
  known: boolean
}

/** Everything a screen may ask of sync. */
export interface SyncDoor {
  /** Who was here last and has not logged out; lets the app start without a network. */
  rememberedUser(): Promise<{ userId: Uuid; userName: string; holder: boolean; committeePhone: string | null } | null>
  /** Open this user's own store, enrol the device when there is a token, start sending. */
  open(session: Session): Promise<OpenResult>
  /** Opens the practice village's own store in place of anybody's; `line` is its committee, on this page. Such a page never opens a person's store again. */
  practise(line: Line): Promise<void>
  /** Forgets what was practised; the page begins anew after it. */
  practiseAnew(): Promise<void>
  /** Whether there is a signal, as far as this page can tell; `online` and `offline` of the window say when to ask again. */
  connected(): boolean
  access(): Access
  onAccess(listener: (access: Access) => void): () => void
  /** How this profile opens, how many tries are left, how long until the next. */
  lockFacts(): Promise<LockFacts>
  /** A first PIN; or a new one when the person has just logged in with the password. */
  choosePin(pin: string): Promise<void>
  /** null when it opened. */
  unlock(pin: string): Promise<LockFacts | null>
  /** Whether this is the PIN, without opening anything; null when it is. A wrong one counts as at the lock. */
  provePin(pin: string): Promise<LockFacts | null>
  /** Another PIN before the same keys, proven by the one so far; null when it stands. A wrong one counts as at the lock. */
  changePin(pin: string, next: string): Promise<LockFacts | null>
  /** Opens with the secret of the phone's own lock; false when it is not the one. */
  unlockByPhone(secret: Uint8Array): Promise<boolean>
  /** The phone's own lock in the place of the PIN, which proves who asks; null when it stands. */
  phoneForPin(pin: string, made: PhoneKey & { secret: Uint8Array }): Promise<LockFacts | null>
  /** A PIN in the place of the phone's own lock; false when the secret is not the one. */
  pinForPhone(secret: Uint8Array, next: string): Promise<boolean>
  /** Forget the keys in every tab; forms write their drafts first. */
  lock(): Promise<void>
  beforeLock(listener: () => Promise<unknown>): () => void
  /** A newer version of the app has this phone's store now: this page must be opened anew. What was being typed has been written. */
  onOutdated(listener: () => void): () => void
  /** Somebody uses this tab; the others stay awake with it. */
  touched(): void
  onTouched(listener: () => void): () => void
  /** Stop sending and forget everything in memory; what is stored stays. */
  close(): Promise<void>
  /** Drop what was pulled; entries still to be sent, and drafts, stay sealed for the same user. */
  logOut(): Promise<void>
  /** Forget this user on this phone. Refuses (false) while entries wait, unless `evenWaiting`. */
  wipe(evenWaiting?: boolean): Promise<boolean>
  /** Record one intention. Resolves when it is durable on this phone. */
  enqueue<N extends MutationName>(name: N, args: MutationPayloads[N], options?: EnqueueOptions<N>): Promise<Recorded>
  /** Take an entry back before it was sent; false when it is too late. */
  undo(mutationId: Uuid): Promise<boolean>
  /** The button: try at once, without waiting for the back-off. */
  syncNow(): void
  /** Call after a new log-in so that a paused sync goes on. */
  sessionRenewed(): void
  /** The person has read what the server knows to be missing. */
  leftBehindSeen(): Promise<void>
  status(): Status
  onStatus(listener: (status: Status) => void): () => void
  /** `rows`: what was pulled changed. `records`: what was recorded here changed. */
  onChange(listener: (what: { rows: boolean; records: boolean }) => void): () => void
  /** Returns the time it was saved. */
  saveDraft<T>(key: string, value: T, householdId?: Uuid | null): Promise<string>
  loadDraft<T>(key: string): Promise<Draft<T> | null>
  dropDraft(key: string): Promise<void>
  /** Keep a photo or a recording; put the answer into the entry's `attachments`. It is sent after its visit. */
  addPhoto(input: PhotoInput): Promise<AttachmentRef>
  removePhoto(attachmentId: Uuid): Promise<void>
  /** A photo or recording that is still on this phone. */
  attachment(attachmentId: Uuid): Promise<Blob | null>
  /** Others on this phone with entries still waiting, as counts only. */
  otherUsers(): Promise<OtherUser[]>
  /** Everybody of this phone, last used first. */
  people(): Promise<OtherUser[]>
  /** Everything waiting, signed and sealed to the server, as files to carry. Works without opening the store; what is handed over can no longer be taken back. */
  exportSealed(): Promise<SealedExport>
  /** Take in a neighbour's sealed file, to bring it where there is a network. */
  takeCarried(file: Blob): Promise<'kept' | 'had' | 'not_ours'>
  /** What the server would not take of carried files leaves this phone; what it may still take stays. */
  dropRefusedCarried(): Promise<void>
  /** What this phone carries for others, as numbers. */
  carried(): Promise<Carried>
}

export const {
  rememberedUser, open, close, logOut, wipe, enqueue, undo, syncNow, sessionRenewed, leftBehindSeen, status, onStatus,
  onChange, saveDraft, loadDraft, dropDraft, addPhoto, removePhoto, attachment, otherUsers, people, exportSealed,
  takeCarried, dropRefusedCarried, carried, practise, practiseAnew, connected,
  access, onAccess, lockFacts, choosePin, unlock, provePin, changePin, unlockByPhone, phoneForPin, pinForPhone, lock, beforeLock, touched, onTouched, onOutdated,
} = door
