/**
 * Photos of visits the server has received, kept until a backup surely holds them: a server put back from an older
 * backup has lost them, and only the phone can bring them again. They lie in a database of their own, so that what
 * is read at each step stays small, boxed as they were and shown nowhere.
 */
import { Db, deleteDb } from './idb'
import type { PhotoRow } from './schema'
import type { Uuid } from '../sync/wire'

export interface Sent {
  id: Uuid
  /**
   * The number this phone would have given next when the photo had been received. An entry with this number or a
   * later one was applied after it, so a backup that holds the entry holds the photo.
   */
  seq: number
  addedAt: number
}

const STORES = { index: { keyPath: 'id' }, photos: { keyPath: 'id' } }
/** Nothing is kept on a phone that is filling up: what is yet to be sent needs the room. */
const ROOMY = 0.5
const nameOf = (profile: string): string => `linli-${profile}-sent`

async function within<T>(profile: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await Db.open(nameOf(profile), 1, STORES)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

/** Whether anything was ever kept; where a browser does not tell, perhaps. */
export async function everKept(profile: string): Promise<boolean> {
  const all = await indexedDB.databases?.().catch(() => null)
  return !all || all.some(({ name }) => name === nameOf(profile))
}

/** Whether there is room enough for what is only kept to be safe. */
export async function roomy(): Promise<boolean> {
  const { usage = 0, quota = 0 } = (await globalThis.navigator?.storage?.estimate?.().catch(() => null)) ?? {}
  return quota === 0 || usage / quota <= ROOMY
}

/** False when it was not kept. */
export async function keepSent(profile: string, row: PhotoRow, seq: number): Promise<boolean> {
  if (!(await roomy())) return false
  await within(profile, (db) => db.write(['index', 'photos'], async (tx) => {
    tx.put('index', { id: row.id, seq, addedAt: row.addedAt } satisfies Sent)
    tx.put('photos', row)
  }))
  return true
}

export function sentPhotos(profile: string): Promise<PhotoRow[]> {
  return within(profile, (db) => db.read(['photos'], (tx) => tx.all<PhotoRow>('photos')))
}

/** Lets go of those that are named; how many are left. */
export function forgetSent(profile: string, gone: (sent: Sent) => boolean): Promise<number> {
  return within(profile, (db) => db.write(['index', 'photos'], async (tx) => {
    const all = await tx.all<Sent>('index')
    const over = all.filter(gone)
    for (const { id } of over) {
      tx.remove('index', id)
      tx.remove('photos', id)
    }
    return all.length - over.length
  }))
}

export function dropSent(profile: string): Promise<void> {
  return deleteDb(nameOf(profile))
}
