/**
 * What was pulled, in memory, and how it is cut into boxes. Rows of one kind share a box of
 * up to 128: opening one box of 200 records costs a sixth of opening 200 boxes, and a small
 * change rewrites one box, not the list.
 */
import type { ReplicaEntity, ReplicaRows } from './rows'
import type { Change } from '../sync/wire'

const PER_CHUNK = 128

interface Held {
  version: number
  household: string | null
  row: Record<string, unknown>
  chunk: string
}

/** The plain content of one box. */
export type ChunkContent = { entity: string; rows: { id: string; version: number; household: string | null; row: Record<string, unknown> }[] }

export class Replica {
  private entities = new Map<string, Map<string, Held>>()
  private chunks = new Map<string, Set<string>>()
  private serial = 0

  copy(): Replica {
    const next = new Replica()
    for (const [entity, rows] of this.entities) next.entities.set(entity, new Map(rows))
    for (const [key, ids] of this.chunks) next.chunks.set(key, new Set(ids))
    next.serial = this.serial
    return next
  }

  rows<E extends ReplicaEntity>(entity: E): ReplicaRows[E][] {
    return [...(this.entities.get(entity)?.values() ?? [])].map((held) => held.row as unknown as ReplicaRows[E])
  }

  row<E extends ReplicaEntity>(entity: E, id: string): ReplicaRows[E] | null {
    return (this.entities.get(entity)?.get(id)?.row as unknown as ReplicaRows[E]) ?? null
  }

  householdIds(): string[] {
    return [...(this.entities.get('household')?.keys() ?? [])].sort()
  }

  /** Everything held, for comparing with what the server says should be here. */
  dump(): { entity: string; id: string; version: number; row: Record<string, unknown> }[] {
    const all = []
    for (const [entity, rows] of this.entities) {
      for (const [id, held] of rows) all.push({ entity, id, version: held.version, row: held.row })
    }
    return all
  }

  /** Takes changes in their order; returns the boxes that must be written again. */
  apply(changes: Change[]): Set<string> {
    const dirty = new Set<string>()
    for (const change of changes) {
      if (change.entity === 'scope_drop') this.dropHouseholds((id) => id === change.id, dirty)
      else if (change.entity === 'scope_add') continue
      else if (change.op === 'tombstone') this.remove(change.entity, change.id, dirty)
      else if (change.row) this.put(change, dirty)
    }
    return dirty
  }

  /** Everything of every household not listed goes. */
  keepOnly(households: string[]): Set<string> {
    const keep = new Set(households)
    const dirty = new Set<string>()
    this.dropHouseholds((id) => !keep.has(id), dirty)
    return dirty
  }

  private dropHouseholds(gone: (household: string) => boolean, dirty: Set<string>): void {
    for (const [entity, rows] of this.entities) {
      for (const [id, held] of rows) {
        const household = entity === 'household' ? id : held.household
        if (household === null || !gone(household)) continue
        if (entity === 'attention') {
          // That an entry needs a look stays true; whose door it was is no longer this phone's business.
          rows.set(id, { ...held, household: null, row: { ...held.row, household_id: null } })
          dirty.add(held.chunk)
        } else this.remove(entity, id, dirty)
      }
    }
  }

  private put(change: Change, dirty: Set<string>): void {
    const rows = this.entities.get(change.entity) ?? new Map<string, Held>()
    this.entities.set(change.entity, rows)
    const row = change.row as Record<string, unknown>
    const chunk = rows.get(change.id)?.chunk ?? this.room(change.entity)
    const household = change.household_id ?? (typeof row.household_id === 'string' ? row.household_id : null)
    rows.set(change.id, { version: change.version, household, row, chunk })
    this.chunks.get(chunk)?.add(change.id)
    dirty.add(chunk)
  }

  private remove(entity: string, id: string, dirty: Set<string>): void {
    const rows = this.entities.get(entity)
    const held = rows?.get(id)
    if (!rows || !held) return
    rows.delete(id)
    this.chunks.get(held.chunk)?.delete(id)
    dirty.add(held.chunk)
  }

  private room(entity: string): string {
    for (const [key, ids] of this.chunks) {
      if (key.startsWith(`${entity}:`) && ids.size < PER_CHUNK) return key
    }
    const key = `${entity}:${++this.serial}`
    this.chunks.set(key, new Set())
    return key
  }

  /** null when nothing is left in it and the box itself can go. */
  content(chunk: string): ChunkContent | null {
    const ids = this.chunks.get(chunk)
    if (!ids || ids.size === 0) return null
    const entity = entityOf(chunk)
    const rows = this.entities.get(entity)
    const content: ChunkContent = { entity, rows: [] }
    for (const id of ids) {
      const held = rows?.get(id)
      if (held) content.rows.push({ id, version: held.version, household: held.household, row: held.row })
    }
    return content
  }

  load(chunk: string, content: ChunkContent): void {
    const rows = this.entities.get(content.entity) ?? new Map<string, Held>()
    this.entities.set(content.entity, rows)
    const ids = new Set<string>()
    for (const { id, ...rest } of content.rows) {
      rows.set(id, { ...rest, chunk })
      ids.add(id)
    }
    this.chunks.set(chunk, ids)
    this.serial = Math.max(this.serial, Number(chunk.slice(chunk.lastIndexOf(':') + 1)) || 0)
  }
}

function entityOf(chunk: string): string {
  return chunk.slice(0, chunk.lastIndexOf(':'))
}
