/**
 * How a profile's store moves to a new shape: copied into a new database, checked, and only
 * then switched to in the register. The old one stays untouched until the switch is on disk,
 * so a phone that dies half-way still has every entry, and recorded contents are copied
 * byte for byte, never rewritten.
 */
import { Db, deleteDb, StoreTakenOver } from './idb'
import { PROFILE_STORES } from './schema'
import type { ProfileRow } from './schema'

/** One step from schema n to n + 1. Only rows it names change; `entries` and `keys` it cannot name. */
export interface Migration {
  from: number
  rows: Partial<Record<'meta' | 'states' | 'drafts' | 'photos', (row: Record<string, unknown>) => Record<string, unknown>>>
  /** Pulled rows are not worth converting when they can be pulled again. */
  dropPulled: boolean
}

/** None yet: the first shape is the only one. Each release that changes a shape adds one. */
export const MIGRATIONS: Migration[] = []

export class MigrationFailed extends Error {
  override name = 'MigrationFailed'
}

/**
 * Returns the row to put into the register. Throws StoreTakenOver when an older page still has
 * the store open and does not let go; nothing has changed then.
 */
export async function migrateProfile(row: ProfileRow, target: number, migrations = MIGRATIONS): Promise<ProfileRow> {
  if (row.schema === target) return row
  if (row.schema > target) throw new StoreTakenOver()
  // Opening with a higher version makes older pages close: what they would write now would be lost.
  await freeze(row.db)
  const old = await Db.open(row.db, 2, PROFILE_STORES)
  const name = `${row.db.replace(/-\d+$/, '')}-${target}`
  await deleteDb(name)
  const fresh = await Db.open(name, 1, PROFILE_STORES)
  try {
    const stores = Object.keys(PROFILE_STORES)
    const contents = await old.read(stores, (tx) => Promise.all(stores.map((store) => tx.all<Record<string, unknown>>(store))))
    const copied = stores.map((store, i) => convert(store, contents[i] ?? [], row.schema, target, migrations))
    await fresh.write(stores, async (tx) => {
      stores.forEach((store, i) => copied[i]?.forEach((one) => tx.put(store, one)))
    })
    const entries = await fresh.read(['entries', 'states'], (tx) => Promise.all([tx.all('entries'), tx.all('states')]))
    const had = contents[stores.indexOf('entries')]?.length ?? 0
    if (entries[0].length !== had) throw new MigrationFailed(`${entries[0].length} of ${had} entries arrived`)
    return { ...row, db: name, schema: target }
  } finally {
    fresh.close()
    old.close()
  }
}

function convert(store: string, rows: Record<string, unknown>[], from: number, to: number, migrations: Migration[]): Record<string, unknown>[] {
  let converted = rows
  for (let version = from; version < to; version++) {
    const step = migrations.find((one) => one.from === version)
    if (!step) throw new MigrationFailed(`no step from schema ${version}`)
    if (store === 'chunks' && step.dropPulled) converted = []
    if (store === 'meta' && step.dropPulled) converted = converted.map((row) => ({ ...row, cursor: null, filled: false }))
    const change = step.rows[store as keyof Migration['rows']]
    if (change) converted = converted.map(change)
  }
  return converted
}

const BLOCKED_MS = 5000

function freeze(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 2)
    let timer: ReturnType<typeof setTimeout> | null = null
    request.onblocked = () => {
      timer = setTimeout(() => reject(new StoreTakenOver()), BLOCKED_MS)
    }
    request.onsuccess = () => {
      if (timer) clearTimeout(timer)
      request.result.close()
      resolve()
    }
    request.onerror = () => reject(request.error)
  })
}
