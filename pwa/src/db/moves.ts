/**
 * How the steps of a sync transaction change the index of recorded entries. Pure, so that the
 * real store and the simulator's move the same entries in the same way. The entry's content
 * is written once when it is recorded and never rewritten; only its index row moves.
 */
import type { PhotoRow } from './schema'
import type { Op } from '../sync/engine/events'
import type { Item, Place } from '../sync/engine/state'
import type { Mutation, Uuid } from '../sync/wire'

/** The index row of an entry, in clear: ids, state and times only. */
export interface StateRow {
  id: Uuid
  seq: number
  type: string
  entity: Uuid
  depends_on: Uuid[]
  size: number
  place: Place
  recorded_at: number
  undo_until: number
  attempts: number
  code: string | null
  /** Change number and area under which the server applied it; null when it was settled otherwise. */
  applied_seq: number | null
  applied_area: string | null
  /** Server time of the final verdict. */
  settled_at: number | null
  /** When it last left this phone in a sealed file; it stays here until the server's own word. */
  carried_at?: number
  /** Its photos, where there was no room to write so into their own rows. */
  photos?: Uuid[]
}

/** The index row of an entry just recorded; its number is given by the transaction. */
export function newState(
  entry: Omit<Mutation, 'device_seq'>, size: number, { undoUntil, recordedAt }: { undoUntil: number; recordedAt: number },
): StateRow {
  return {
    id: entry.mutation_id, seq: 0, type: entry.type, entity: entry.entity_id, depends_on: entry.depends_on, size,
    place: 'waiting', recorded_at: recordedAt, undo_until: undoUntil, attempts: 0,
    code: null, applied_seq: null, applied_area: null, settled_at: null,
  }
}

export interface Moves {
  put: StateRow[]
  remove: Uuid[]
  /** Next device_seq, when entries were numbered anew. */
  nextSeq: number | null
}

/** Which rows a step needs: those it names, or all. */
export function rowsNeeded(ops: Op[]): Uuid[] | 'all' {
  const ids: Uuid[] = []
  for (const op of ops) {
    if (op.op === 'restore_archive' || op.op === 'prune_archive' || op.op === 'renumber') return 'all'
    if (op.op === 'archive' || op.op === 'hold' || op.op === 'attempts') ids.push(op.id)
  }
  return ids
}

export function move(rows: StateRow[], ops: Op[]): Moves {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const touched = new Set<Uuid>()
  const removed = new Set<Uuid>()
  let nextSeq: number | null = null
  const set = (id: Uuid, change: Partial<StateRow>): void => {
    const row = byId.get(id)
    if (!row) return
    byId.set(id, { ...row, ...change })
    touched.add(id)
  }
  for (const op of ops) {
    if (op.op === 'archive') {
      set(op.id, { place: 'archived', applied_seq: op.seq, applied_area: op.area, settled_at: op.at, code: null })
    } else if (op.op === 'hold') {
      set(op.id, { place: 'held', code: op.code, settled_at: op.at })
    } else if (op.op === 'attempts') {
      set(op.id, { attempts: op.attempts })
    } else if (op.op === 'restore_archive') {
      for (const row of byId.values()) {
        if (row.place === 'waiting' || (row.place === 'archived' && inBackup(row, op.backedUp))) continue
        set(row.id, { place: 'waiting', attempts: 0, code: null, applied_seq: null, applied_area: null, settled_at: null })
      }
    } else if (op.op === 'prune_archive') {
      for (const row of byId.values()) {
        if (row.place !== 'archived') continue
        const old = row.settled_at !== null && row.settled_at < op.before
        const shown = row.settled_at !== null && row.settled_at >= op.shownSince
        if (old || (!shown && inBackup(row, op.backedUp))) removed.add(row.id)
      }
    } else if (op.op === 'renumber') {
      // The server knows this phone as a new device, which counts what it sends from one.
      const waiting = [...byId.values()].filter((row) => row.place !== 'archived').sort((a, b) => a.seq - b.seq)
      waiting.forEach((row, i) => set(row.id, { seq: i + 1 }))
      nextSeq = waiting.length + 1
    }
  }
  return {
    put: [...touched].filter((id) => !removed.has(id)).map((id) => byId.get(id) as StateRow),
    remove: [...removed],
    nextSeq,
  }
}

/** Whether these rows follow a cursor of lists that were deleted meanwhile. */
export function follows(ops: Op[], cursor: string | null): boolean {
  return cursor === null && ops.some((op) => op.op === 'rows' && typeof op.since === 'string')
}

/** Whether a verified backup of the server surely holds what this entry did. */
export function inBackup(row: StateRow, backedUp: Record<string, number> | null): boolean {
  if (!backedUp || row.applied_seq === null) return false
  const seqs = row.applied_area === null ? Object.values(backedUp) : [backedUp[row.applied_area] ?? -1]
  return seqs.length > 0 && seqs.every((seq) => (row.applied_seq as number) <= seq)
}

/** Numbers after an entry was taken back: the later ones close up, so the count has no hole. */
export function closeUp(rows: StateRow[], gone: StateRow, nextSeq: number): { put: StateRow[]; nextSeq: number } {
  const put = rows.filter((row) => row.seq > gone.seq && row.place === 'waiting').map((row) => ({ ...row, seq: row.seq - 1 }))
  return { put, nextSeq: nextSeq - 1 }
}

export function itemOf(row: StateRow): Item {
  return {
    id: row.id, seq: row.seq, type: row.type, entity: row.entity, dependsOn: row.depends_on, size: row.size,
    place: row.place, recordedAt: row.recorded_at, undoUntil: row.undo_until, attempts: row.attempts,
    code: row.code, message: null, heldAt: row.settled_at,
  }
}

export function openItems(rows: StateRow[]): Item[] {
  return rows.filter((row) => row.place !== 'archived').map(itemOf).sort((a, b) => a.seq - b.seq)
}

/** The photos a recorded entry lists. One that was taken out of the form again is not among them and is not sent. */
export function photosOf(payload: Record<string, unknown>): Uuid[] {
  const listed = Array.isArray(payload.attachments) ? (payload.attachments as { attachment_id?: unknown }[]) : []
  return listed.flatMap((one) => (typeof one.attachment_id === 'string' ? [one.attachment_id] : []))
}

/** Photos of visits say nothing of it, as the first builds wrote them. */
export function photoHome(type: string): { of?: string } {
  return type === 'patrol.finding' ? { of: 'patrol_finding' } : {}
}

/** What a photo's row becomes when its entry is recorded; null when the entry does not list it. */
export function claimed(photo: PhotoRow, entry: { mutation_id: Uuid; entity_id: Uuid; type: string }, listed: Uuid[]): PhotoRow | null {
  return listed.includes(photo.id) ? { ...photo, ...photoHome(entry.type), draft: null, mutation: entry.mutation_id, entity: entry.entity_id, state: 'waiting' } : null
}
