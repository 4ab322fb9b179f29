/**
 * Files this phone carries for neighbours: a store of its own beside everybody's profiles, because
 * they belong to the phone and not to whoever is logged in. Sealed to the server; nobody here can read them.
 */
import { Db } from './idb'
import type { Uuid } from '../sync/wire'

const NAME = 'linli-carried'
const STORES = { files: { keyPath: 'id' } }

export interface CarriedRow {
  /** The file's own id: the same file taken in twice is carried once. */
  id: Uuid
  /** Whose phone made it, as a random id that says nothing here. */
  device: Uuid
  count: number
  text: string
  addedAt: number
  attempts: number
  /** The server's reason, once it has said that it will not take this file. */
  refused: string | null
}

async function within<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const db = await Db.open(NAME, 1, STORES)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

/** False when this very file is carried already. */
export function keepCarried(row: CarriedRow): Promise<boolean> {
  return within((db) => db.write(['files'], async (tx) => {
    if (await tx.get<CarriedRow>('files', row.id)) return false
    tx.put('files', row)
    return true
  }))
}

export function carriedFiles(): Promise<CarriedRow[]> {
  return within((db) => db.read(['files'], (tx) => tx.all<CarriedRow>('files')))
}

/** The files the server has said it will not take go from this phone. */
export function dropRefused(): Promise<void> {
  return within((db) => db.write(['files'], async (tx) => {
    for (const row of await tx.all<CarriedRow>('files')) if (row.refused !== null) tx.remove('files', row.id)
  }))
}

export function setCarried(id: Uuid, change: Partial<CarriedRow> | null): Promise<void> {
  return within((db) => db.write(['files'], async (tx) => {
    const row = await tx.get<CarriedRow>('files', id)
    if (!row) return
    if (change === null) tx.remove('files', id)
    else tx.put('files', { ...row, ...change })
  }))
}
