/**
 * How a profile's store moves to a new shape: copied into a new database, checked, and only
 * then switched to in the register. The old one stays untouched until the switch is on disk,
 * so a phone that dies half-way still has every entry. What was recorded is copied byte for
 * byte, never rewritten; only the box around it changes when the key does.
 */
import { Boxer, BoxUnreadable } from './box'
import type { Box } from './box'
import { begin } from './lock/lease'
import { Db, deleteDb, StoreTakenOver } from './idb'
import { PROFILE_STORES } from './schema'
import type { KeyRow, ProfileRow } from './schema'
import type { LockRow } from './lock/vault'

/** One step from schema n to n + 1. Only rows it names change; `entries` and `keys` it cannot name. */
export interface Migration {
  from: number
  rows: Partial<Record<'meta' | 'states' | 'drafts' | 'photos', (row: Record<string, unknown>) => Record<string, unknown>>>
  /** Pulled rows are not worth converting when they can be pulled again. */
  dropPulled: boolean
}

/** Each release that changes a shape adds one. From 1 to 2 only the keys change; see `Rekey`. */
export const MIGRATIONS: Migration[] = [{ from: 1, rows: { meta: withLease }, dropPulled: false }]

/** The lease runs from the last contact, told in the phone's own time. */
function withLease(row: Record<string, unknown>): Record<string, unknown> {
  const { lastContact, clock } = row as { lastContact?: number | null; clock?: { offsetMs: number } | null }
  if (row.id !== 'meta' || typeof lastContact !== 'number') return row
  return { ...row, lease: begin(lastContact - (clock?.offsetMs ?? 0)) }
}

/** The keys behind the new PIN. Given when a profile moves behind one; the old key does not come along. */
export interface Rekey {
  lock: LockRow
  own: Boxer
  pulled: Boxer
}

export class MigrationFailed extends Error {
  override name = 'MigrationFailed'
}

/**
 * Returns the row to put into the register. Throws StoreTakenOver when an older page still has
 * the store open and does not let go; nothing has changed then.
 */
export async function migrateProfile(row: ProfileRow, target: number, migrations = MIGRATIONS, rekey: Rekey | null = null): Promise<ProfileRow> {
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
    const data = (contents[stores.indexOf('keys')] as unknown as KeyRow[]).find((one) => one.id === 'data')
    const boxed = rekey && data ? await rebox(stores, contents, new Boxer(data.key, row.id), rekey) : contents
    const copied = stores.map((store, i) => convert(store, boxed[i] ?? [], row.schema, target, migrations))
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

type Rows = Record<string, unknown>[]

/** Everything boxed again under the new keys. What could not be opened before is copied as it is. */
async function rebox(stores: string[], contents: Rows[], old: Boxer, rekey: Rekey): Promise<Rows[]> {
  const again = (store: string, row: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const box = row as unknown as Box & { id: string; rev?: number; savedAt?: number }
    const version = store === 'chunks' ? box.rev : store === 'drafts' ? box.savedAt : 1
    return old.take(store, box.id, version ?? 1, box)
      .then(async (plain) => ({ ...row, ...(await (store === 'chunks' ? rekey.pulled : rekey.own).put(store, box.id, version ?? 1, plain)) }))
      .catch((error: unknown) => {
        if (error instanceof BoxUnreadable) return row
        throw error
      })
  }
  return Promise.all(stores.map(async (store, i) => {
    const rows = contents[i] ?? []
    if (store === 'keys') return [...rows.filter((row) => row.id !== 'data' && row.id !== 'lock'), { ...rekey.lock }]
    return ['entries', 'drafts', 'photos', 'chunks'].includes(store) ? Promise.all(rows.map((row) => again(store, row))) : rows
  }))
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
