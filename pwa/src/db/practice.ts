/**
 * The practice village's own store: the same shape and code as a person's, in a database no profile knows, with a key
 * that lies beside it, for nothing in it is about anybody. Statements, counts and the lock never look here.
 */
import { Db, deleteDb } from './idb'
import { unguarded } from './lock/vault'
import { PROFILE_STORES, SCHEMA } from './schema'
import { Store } from './store'

export const PRACTICE = 'linli-practice'

interface OwnRow { id: 'practice'; key: CryptoKey; schema: number }

export async function openPractice(onTakenOver: () => void): Promise<Store> {
  const fresh = await unguarded(PRACTICE)
  const db = await Db.open(PRACTICE, 0, PROFILE_STORES)
  const kept = await db.write(['keys'], async (tx) => {
    const row = await tx.get<OwnRow>('keys', 'practice')
    if (row) return row
    tx.put('keys', fresh.row)
    const made: OwnRow = { id: 'practice', key: fresh.own, schema: SCHEMA }
    tx.put('keys', made)
    return made
  })
  db.close()
  if (kept.schema === SCHEMA) return Store.open(PRACTICE, PRACTICE, kept.key, onTakenOver)
  // What was practised in an older shape is worth no migration.
  await forgetPractice()
  return openPractice(onTakenOver)
}

export function forgetPractice(): Promise<void> {
  return deleteDb(PRACTICE)
}
