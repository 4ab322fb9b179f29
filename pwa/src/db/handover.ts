/**
 * What a phone can hand over without being unlocked: the sealed copies of its waiting entries and
 * the key that shows whose phone this is. It opens the profile's database by itself, so it also works
 * when the lists cannot be read any more; nothing here can read an entry.
 */
import { Db } from './idb'
import type { StateRow } from './moves'
import { PROFILE_STORES } from './schema'
import type { EntryRow, KeyRow } from './schema'
import type { Meta } from '../sync/engine/state'
import { isQuiet } from '../sync/wire'
import type { SealKey, Uuid } from '../sync/wire'

export interface SealedEntry {
  id: Uuid
  seq: number
  keyId: string
  sealed: Uint8Array
}

export interface Handover {
  deviceId: Uuid
  seal: SealKey
  key: CryptoKey
  entries: SealedEntry[]
  /** Waiting entries that have no sealed copy: recorded before this phone was known anywhere. */
  unsealed: number
}

/** null when this phone was never known to a server, so that nobody could tell whose entries these are. */
export async function handover(database: string, wall: number): Promise<Handover | null> {
  const db = await Db.open(database, 0, PROFILE_STORES)
  try {
    const [meta, device, states, rows] = await db.read(['meta', 'keys', 'states', 'entries'], (tx) =>
      Promise.all([tx.get<Meta>('meta', 'meta'), tx.get<KeyRow>('keys', 'device'), tx.all<StateRow>('states'), tx.all<EntryRow>('entries')]))
    if (!meta?.deviceId || !meta.seal || !device) return null
    const waiting = states.filter((state) => state.place === 'waiting' && !isQuiet(state.type)).sort((a, b) => a.seq - b.seq)
    // What is handed over cannot be taken back. Where that cannot be written down, only what is past taking back goes.
    const marked = await mark(db, waiting, wall).then(() => true, () => false)
    const open = marked ? -1 : waiting.findIndex((state) => state.undo_until > wall)
    const going = open < 0 ? waiting : waiting.slice(0, open)
    const byId = new Map(rows.map((row) => [row.id, row]))
    const entries = going.flatMap((state) => {
      const row = byId.get(state.id)
      return row?.sealed && row.sealKey ? [{ id: state.id, seq: state.seq, keyId: row.sealKey, sealed: row.sealed }] : []
    })
    return { deviceId: meta.deviceId, seal: meta.seal, key: device.key, entries, unsealed: going.length - entries.length }
  } finally {
    db.close()
  }
}

function mark(db: Db, waiting: StateRow[], wall: number): Promise<void> {
  return db.write(['states'], async (tx) => {
    const now = await Promise.all(waiting.map((state) => tx.get<StateRow>('states', state.id)))
    for (const state of now) if (state?.place === 'waiting') tx.put('states', { ...state, undo_until: 0, carried_at: wall } satisfies StateRow)
  })
}
