/**
 * The lock in front of one profile: what a PIN or a new log-in does to its keys.
 * Nothing here keeps a key; what opens is handed to the door.
 */
import { Boxer } from '../db/box'
import { Db } from '../db/idb'
import type { Profile, Register } from '../db/profiles'
import { PROFILE_STORES, WITH_PIN } from '../db/schema'
import type { PhoneKey } from '../device/phoneLock'
import { pauseAfter, TRIES } from '../db/lock/tries'
import { changePin, lockFacts, makeLock, openPulled, openWithPhone, openWithPin, putLock, readLock, toPhone, toPin } from '../db/lock/vault'
import type { LockFacts, LockRow, Opened } from '../db/lock/vault'
import { Store } from '../db/store'

export interface Place {
  profile: Profile
  register: Register
  /** A connection to the profile's database that is open anyway. */
  db?: Db | undefined
}

async function inKeys<T>({ profile, db: open }: Place, work: (db: Db) => Promise<T>): Promise<T> {
  if (open) return work(open)
  const db = await Db.open(profile.db, 0, PROFILE_STORES)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

export function factsOf(place: Place): Promise<LockFacts> {
  return inKeys(place, async (db) => lockFacts(await readLock(db), Date.now()))
}

/** Tries a PIN. After the last wrong one the keys go, unless an entry waits that nobody else could read. */
export async function tryPin(place: Place, pin: string): Promise<Opened> {
  const opened = await inKeys(place, (db) => openWithPin(db, place.profile.id, pin, Date.now()))
  return opened.own ? opened : { own: null, facts: await settled(place, opened.facts) }
}

/** A new PIN before the same keys; null when it stands. Wrong ones count as they do at the lock. */
export async function changedPin(place: Place, pin: string, next: string): Promise<LockFacts | null> {
  const facts = await inKeys(place, (db) => changePin(db, place.profile.id, pin, next, Date.now()))
  return facts && settled(place, facts)
}

/** The phone's own lock in the place of the PIN; null when it stands. A wrong PIN counts as at the lock. */
export async function phoneForPin(place: Place, pin: string, made: PhoneKey & { secret: Uint8Array }): Promise<LockFacts | null> {
  const facts = await inKeys(place, (db) => toPhone(db, place.profile.id, pin, made, Date.now()))
  return facts && settled(place, facts)
}

/** A PIN in the place of the phone's own lock; false when the secret does not open it. */
export function pinForPhone(place: Place, secret: Uint8Array, next: string): Promise<boolean> {
  return inKeys(place, (db) => toPin(db, place.profile.id, secret, next))
}

export function openedByPhone(place: Place, secret: Uint8Array): Promise<CryptoKey | null> {
  return inKeys(place, (db) => openWithPhone(db, place.profile.id, secret))
}

async function settled(place: Place, facts: LockFacts): Promise<LockFacts> {
  if (facts.kind !== 'dropped') return facts
  const store = await Store.open(place.profile.db, place.profile.id, null)
  await store.dropKeys(Date.now(), pauseAfter(TRIES - 1))
  store.close()
  return factsOf(place)
}

/** A first PIN, or a new one after a new log-in: then what only the old keys opened stays shut, and its sealed copies go out. */
export async function newPin(place: Place, pin: string): Promise<{ own: CryptoKey; profile: Profile }> {
  const { profile, register } = place
  const { row, own } = await makeLock(profile.id, pin)
  if (profile.schema < WITH_PIN) return { own, profile: await behindPin(profile, register, row, own) }
  const before = await factsOf(place)
  if (before.kind !== 'none') {
    const store = await Store.open(profile.db, profile.id, null)
    await store.dropKeys(Date.now(), 0)
    store.close()
  }
  await inKeys(place, (db) => putLock(db, row))
  return { own, profile }
}

async function behindPin(profile: Profile, register: Register, row: LockRow, own: CryptoKey): Promise<Profile> {
  if (!row.pulled) throw new Error('a new lock has a key for lists')
  const pulled = new Boxer(await openPulled(row.pulled, profile.id, own), profile.id)
  return register.putBehindPin(profile, { lock: row, own: new Boxer(own, profile.id), pulled })
}
