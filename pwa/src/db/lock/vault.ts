/**
 * The keys of one profile at rest. The profile's own key is random; it is stored only wrapped,
 * under what a PIN gives, or in its place under a secret of the phone's own chip. A second key, for what was pulled, is wrapped by the first, so that it can be deleted and made anew by itself.
 *
 *   PIN ─Argon2id─► HMAC with a key that cannot be read out ─► KEK ─► own key ─► entries, drafts, photos
 *   the chip's secret ─┘                                              └─► pulled key ─► lists
 */
import { Boxer, BoxUnreadable } from '../box'
import type { Box } from '../box'
import type { Db, Tx } from '../idb'
import type { PhoneKey } from '../../device/phoneLock'
import { bestKdf, kekFromPhone, kekFromPin, makePepper } from './kdf'
import type { Kdf } from './kdf'
import { begun, NO_TRIES, TRIES, triesLeft, waitLeft } from './tries'
import type { Tries } from './tries'

export interface LockRow extends Tries {
  id: 'lock'
  pepper: CryptoKey
  /** The own key under the PIN; null when the keys were dropped. */
  pin: ({ kdf: Kdf; salt: Uint8Array } & Box) | null
  /** The own key under a secret of the phone's chip. Then there is no PIN: a copied profile holds nothing that could be tried out. */
  phone?: (PhoneKey & Box) | null
  pulled: Box | null
}
/** `none` no PIN yet · `pin` opens it · `phone` the phone's own lock does · `dropped` its keys are gone. */
export type LockKind = 'none' | 'pin' | 'phone' | 'dropped'

export interface LockFacts {
  kind: LockKind
  triesLeft: number
  waitMs: number
  /** what to ask the phone for */
  phone?: PhoneKey
}
export type Opened = { own: CryptoKey } | { own: null; facts: LockFacts }

export function lockFacts(row: LockRow | undefined, wall: number): LockFacts {
  const none = { triesLeft: TRIES, waitMs: 0 }
  if (!row) return { kind: 'none', ...none }
  if (row.phone) return { kind: 'phone', ...none, phone: { credential: row.phone.credential, salt: row.phone.salt } }
  // A page killed in its tenth try has used it.
  if (!row.pin || row.tries >= TRIES) return { kind: 'dropped', ...none, triesLeft: 0 }
  return { kind: 'pin', triesLeft: triesLeft(row), waitMs: waitLeft(row, wall) }
}

export function readLock(db: Db): Promise<LockRow | undefined> {
  return db.read(['keys'], (tx) => tx.get<LockRow>('keys', 'lock'))
}

const asKey = (raw: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw as BufferSource, 'AES-GCM', false, ['encrypt', 'decrypt'])
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

/** A new own key behind a new PIN, with a new key for what will be pulled. Nothing is stored yet. */
export async function makeLock(profile: string, pin: string, kdf = bestKdf()): Promise<{ row: LockRow; own: CryptoKey }> {
  const raw = random(32)
  const own = await asKey(raw)
  const pepper = await makePepper()
  const row: LockRow = { id: 'lock', pepper, pin: null, pulled: await newPulled(profile, own), ...NO_TRIES }
  return { row: { ...row, pin: await underPin(row, profile, raw, pin, kdf) }, own }
}

/** Keys with no PIN before them, for a store in which nothing is about anybody. */
export async function unguarded(profile: string): Promise<{ row: LockRow; own: CryptoKey }> {
  const own = await Boxer.makeKey()
  return { row: { id: 'lock', pepper: await makePepper(), pin: null, pulled: await newPulled(profile, own), ...NO_TRIES }, own }
}

async function underPin(row: LockRow, profile: string, raw: Uint8Array, pin: string, kdf: Kdf): Promise<LockRow['pin']> {
  const salt = random(16)
  const kek = await kekFromPin(row.pepper, kdf, pin, salt)
  return { kdf, salt, ...(await new Boxer(kek, profile).put('keys', 'own', 1, raw)) }
}

export async function openWithPin(db: Db, profile: string, pin: string, wall: number): Promise<Opened> {
  const { raw, facts } = await rawWithPin(db, profile, pin, wall)
  return raw ? { own: await asKey(raw) } : { own: null, facts }
}

/**
 * Puts a new PIN before the same own key, so that everything stays readable; null when it stands. A wrong PIN
 * counts as it does at the lock. Where the lock was made anew meanwhile, it stays as it was made.
 */
export async function changePin(db: Db, profile: string, pin: string, next: string, wall: number, kdf = bestKdf()): Promise<LockFacts | null> {
  const { raw, row, facts } = await rawWithPin(db, profile, pin, wall)
  if (!raw) return facts
  const fresh = await underPin(row, profile, raw, next, kdf)
  raw.fill(0)
  return replaced(db, row.pin.salt, wall, { pin: fresh })
}
/** The phone's own lock in the place of the PIN, which has to be proven first; null when it stands. */
export async function toPhone(db: Db, profile: string, pin: string, made: PhoneKey & { secret: Uint8Array }, wall: number): Promise<LockFacts | null> {
  const { raw, row, facts } = await rawWithPin(db, profile, pin, wall)
  if (!raw) return facts
  const box = await new Boxer(await kekFromPhone(row.pepper, made.secret), profile).put('keys', 'phone', 1, raw)
  raw.fill(0)
  return replaced(db, row.pin.salt, wall, { pin: null, phone: { credential: made.credential, salt: made.salt, ...box } })
}

/** A new PIN in the place of the phone's own lock; false when the secret is not the one. */
export async function toPin(db: Db, profile: string, secret: Uint8Array, next: string, kdf = bestKdf()): Promise<boolean> {
  const row = await readLock(db)
  const raw = row && (await rawWithPhone(row, profile, secret))
  if (!raw) return false
  const pin = await underPin(row, profile, raw, next, kdf)
  raw.fill(0)
  return db.write(['keys'], async (tx) => {
    const now = await tx.get<LockRow>('keys', 'lock')
    if (!now?.phone || !sameBytes(now.phone.salt, row.phone!.salt)) return false
    tx.put('keys', { ...now, ...NO_TRIES, pin, phone: null })
    return true
  })
}

export async function openWithPhone(db: Db, profile: string, secret: Uint8Array): Promise<CryptoKey | null> {
  const row = await readLock(db)
  const raw = row && (await rawWithPhone(row, profile, secret))
  return raw ? asKey(raw) : null
}

/** Nothing is counted: the secret is none that could be guessed. */
async function rawWithPhone({ pepper, phone }: LockRow, profile: string, secret: Uint8Array): Promise<Uint8Array | null> {
  if (!phone) return null
  return new Boxer(await kekFromPhone(pepper, secret), profile).take('keys', 'phone', 1, phone).catch((error: unknown) => {
    if (error instanceof BoxUnreadable) return null
    throw error
  })
}

/** Where the lock was made anew meanwhile, it stays as it was made. */
function replaced(db: Db, salt: Uint8Array, wall: number, by: Pick<LockRow, 'pin' | 'phone'>): Promise<LockFacts | null> {
  return db.write(['keys'], async (tx) => {
    const now = await tx.get<LockRow>('keys', 'lock')
    if (!now?.pin || !sameBytes(now.pin.salt, salt)) return lockFacts(now, wall)
    tx.put('keys', { ...now, ...by })
    return null
  })
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && one.every((byte, i) => byte === other[i])

type Tried = { raw: Uint8Array; row: LockRow & { pin: NonNullable<LockRow['pin']> }; facts: null } | { raw: null; row: null; facts: LockFacts }

/** Counts the try before it is judged, so that a page killed in between gains nothing. */
async function rawWithPin(db: Db, profile: string, pin: string, wall: number): Promise<Tried> {
  const started: { kek?: Promise<CryptoKey> } = {}
  const row = await db.write(['keys'], async (tx) => {
    const now = await tx.get<LockRow>('keys', 'lock')
    if (!now?.pin || now.tries >= TRIES || waitLeft(now, wall) > 0) return now
    const counted = { ...now, ...begun(now, wall) }
    tx.put('keys', counted)
    // Stretching judges nothing; it may go on while the count is written.
    started.kek = kekFromPin(now.pepper, now.pin.kdf, pin, now.pin.salt)
    started.kek.catch(() => undefined)
    return counted
  })
  const shut = { raw: null, row: null, facts: lockFacts(row, wall) }
  if (!row?.pin || !started.kek) return shut
  try {
    const raw = await new Boxer(await started.kek, profile).take('keys', 'own', 1, row.pin)
    await db.write(['keys'], async (tx) => {
      const now = await tx.get<LockRow>('keys', 'lock')
      if (now) tx.put('keys', { ...now, ...NO_TRIES })
    })
    return { raw, row: { ...row, pin: row.pin }, facts: null }
  } catch (error) {
    if (!(error instanceof BoxUnreadable)) throw error
    return shut
  }
}

// ── the key of what was pulled ───────────────────────────────────────────────────────

async function newPulled(profile: string, own: CryptoKey): Promise<Box> {
  return new Boxer(own, profile).put('keys', 'pulled', 1, random(32))
}

/** The key under which pulled lists lie; made anew when the last one was deleted. */
export async function pulledKey(db: Db, profile: string, own: CryptoKey, row?: LockRow): Promise<CryptoKey> {
  const kept = (row ?? (await readLock(db)))?.pulled
  if (kept) return openPulled(kept, profile, own)
  const fresh = await newPulled(profile, own)
  const box = await db.write(['keys'], async (tx) => {
    const row = await tx.get<LockRow>('keys', 'lock')
    if (!row || row.pulled) return row?.pulled ?? fresh
    tx.put('keys', { ...row, pulled: fresh })
    return fresh
  })
  return openPulled(box, profile, own)
}

export async function openPulled(box: Box, profile: string, own: CryptoKey): Promise<CryptoKey> {
  return asKey(await new Boxer(own, profile).take('keys', 'pulled', 1, box))
}

/** A lock for a profile that has none, or whose person proved who they are and begins anew. */
export function putLock(db: Db, row: LockRow): Promise<void> {
  return db.write(['keys'], async (tx) => tx.put('keys', row))
}

/** What was pulled can never be opened again. Part of a transaction that also clears the boxes. */
export async function dropPulledKey(tx: Tx): Promise<void> {
  const row = await tx.get<LockRow>('keys', 'lock')
  if (row) tx.put('keys', { ...row, pulled: null })
}

/** Nothing boxed in this profile can ever be opened again; the sealed copies can still be sent. */
export async function dropKeys(tx: Tx): Promise<void> {
  const row = await tx.get<LockRow>('keys', 'lock')
  if (row) tx.put('keys', { ...row, pin: null, phone: null, pulled: null, tries: TRIES })
}
