/**
 * A store without a disk, for browsers that give none (private mode, some web views): entries
 * can be recorded and sent while the page is open, and the app says so. The simulator uses it
 * too, with its own idea of when the "disk" survives.
 */
import { Doors } from './doors'
import { noticed, reading } from './lock/lease'
import { claimed, closeUp, follows, itemOf, move, newState, openItems, photosOf } from './moves'
import type { StateRow } from './moves'
import { Replica } from './replica'
import type { PhotoRow } from './schema'
import type { AppendOptions, Committed, Entry, EntryStore, LeaseMove, Loaded, Want } from './store'
import { undoLeft } from '../sync/engine/batch'
import type { Op } from '../sync/engine/events'
import { NEW_META } from '../sync/engine/state'
import type { Item, Meta } from '../sync/engine/state'
import { isQuiet } from '../sync/wire'
import type { Mutation, Uuid } from '../sync/wire'
import { sha256Hex } from '../sync/canonical'

export class MemoryStore implements EntryStore {
  replica = new Replica()
  doors = Doors.none
  readonly locked = false
  withheld = false
  meta: Meta = NEW_META
  /** The lists while they are withheld. */
  private kept: Replica | null = null
  states = new Map<Uuid, StateRow>()
  contents = new Map<Uuid, Entry>()
  private drafts = new Map<string, { value: unknown; household: Uuid | null; savedAt: number }>()
  private photoRows = new Map<Uuid, { row: PhotoRow; content: Uint8Array }>()

  constructor(readonly device: { privateKey: CryptoKey; publicJwk: JsonWebKey }) {}

  static async open(): Promise<MemoryStore> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    return new MemoryStore({ privateKey: pair.privateKey, publicJwk: await crypto.subtle.exportKey('jwk', pair.publicKey) })
  }

  close(): void {
    // Nothing is open.
  }

  async takeOver(): Promise<void> {
    // Seen by this tab alone: nobody else writes here.
  }

  async watchLease(wall: number): Promise<LeaseMove> {
    return this.heedLease(wall)
  }

  heedLease(wall: number): LeaseMove {
    const was = this.withheld
    const now = reading(this.meta.lease, this.meta.leaseHours, wall)
    if (now === 'open' && was) this.giveBack()
    else if (now !== 'open' && !was) {
      this.withheld = true
      this.doors = Doors.from(Doors.of(this.replica))
      this.kept = this.replica
      this.replica = new Replica()
    }
    if (now === 'gone' && this.meta.cursor !== null) {
      this.kept = new Replica()
      this.meta = { ...this.meta, cursor: null, filled: false }
      return 'dropped'
    }
    if (now === 'open' && this.meta.lease) this.meta = { ...this.meta, lease: noticed(this.meta.lease, wall) }
    return this.withheld === was ? 'none' : 'turned'
  }

  private giveBack(): void {
    this.withheld = false
    this.doors = Doors.none
    this.replica = this.kept ?? new Replica()
    this.kept = null
  }

  snapshot(): Loaded {
    const resolved = this.replica.rows('attention').filter((row) => row.state !== 'open').flatMap((row) => row.mutation_id ?? [])
    return { meta: this.meta, items: openItems([...this.states.values()]), resolved, damaged: 0 }
  }

  async load(): Promise<Loaded> {
    return this.snapshot()
  }

  async outbox(): Promise<{ items: Item[]; nextSeq: number }> {
    return { items: openItems([...this.states.values()]), nextSeq: this.meta.nextSeq }
  }

  record(entry: Entry, options: Pick<AppendOptions, 'undoUntil' | 'recordedAt'>): Item {
    const state = newState(entry, new TextEncoder().encode(JSON.stringify(entry)).length, options)
    state.seq = this.meta.nextSeq
    this.meta = { ...this.meta, nextSeq: state.seq + 1 }
    this.states.set(state.id, state)
    this.contents.set(state.id, entry)
    return itemOf(state)
  }

  async append(entry: Entry, options: AppendOptions): Promise<Item> {
    const item = this.record(entry, options)
    if (options.draft !== null) {
      this.drafts.delete(options.draft)
      const listed = photosOf(entry.payload)
      for (const [id, { row }] of this.photoRows) {
        if (row.draft !== options.draft) continue
        const mine = claimed(row, entry, listed)
        if (mine) Object.assign(row, mine)
        else this.photoRows.delete(id)
      }
    }
    return item
  }

  async undo(id: Uuid, wall: number): Promise<boolean> {
    const gone = this.states.get(id)
    if (!gone || gone.place !== 'waiting' || gone.attempts > 0 || undoLeft(itemOf(gone), wall) <= 0) return false
    const { put, nextSeq } = closeUp([...this.states.values()], gone, this.meta.nextSeq)
    this.states.delete(id)
    this.contents.delete(id)
    for (const state of put) this.states.set(state.id, state)
    for (const [key, { row }] of this.photoRows) if (row.mutation === id) this.photoRows.delete(key)
    this.meta = { ...this.meta, nextSeq }
    return true
  }

  take(ids: Uuid[]): { mutations: Mutation[]; unreadable: Uuid[] } {
    const mutations: Mutation[] = []
    const unreadable: Uuid[] = []
    for (const id of ids) {
      const state = this.states.get(id)
      const entry = this.contents.get(id)
      if (state?.place === 'waiting' && entry) mutations.push({ ...entry, device_seq: state.seq })
      else unreadable.push(id)
    }
    return { mutations, unreadable }
  }

  async mutations(ids: Uuid[]): Promise<{ mutations: Mutation[]; unreadable: Uuid[] }> {
    return this.take(ids)
  }

  async entries(limit: number, _open?: (state: StateRow) => boolean, withQuiet = false): Promise<{ state: StateRow; entry: Entry | null }[]> {
    const states = [...this.states.values()].filter((state) => withQuiet || !isQuiet(state.type)).sort((a, b) => b.recorded_at - a.recorded_at || b.seq - a.seq).slice(0, limit)
    return states.map((state) => ({ state, entry: this.withheld ? null : (this.contents.get(state.id) ?? null) }))
  }

  async sealLate(): Promise<void> {
    // Without a disk nothing is handed over: recording works online only.
  }

  apply(given: Op[]): boolean {
    const stale = follows(given, this.meta.cursor)
    const ops = stale ? given.filter((op) => op.op !== 'rows') : given
    // Rows and the list of homes come with the server's word, so what was withheld may be read again.
    if (this.withheld && ops.some((op) => op.op === 'rows' || op.op === 'keep_only')) this.giveBack()
    const replica = this.replica.copy()
    let next = replica
    let meta = this.meta
    for (const op of ops) {
      if (op.op === 'rows') next.apply(op.changes)
      else if (op.op === 'keep_only') next.keepOnly(op.households)
      else if (op.op === 'drop_replica') {
        next = new Replica()
        this.kept = this.kept && next
      }
      else if (op.op === 'meta') meta = { ...meta, ...op.set }
    }
    const moves = move([...this.states.values()], ops)
    for (const state of moves.put) this.states.set(state.id, state)
    for (const id of moves.remove) {
      this.states.delete(id)
      this.contents.delete(id)
    }
    this.replica = next
    this.meta = { ...meta, ...(stale ? { cursor: null, filled: false } : {}), nextSeq: moves.nextSeq ?? this.meta.nextSeq }
    return stale
  }

  async commit(ops: Op[], want: Want): Promise<Committed> {
    const stale = this.apply(ops)
    const households = this.replica.householdIds()
    return {
      ...(stale ? { stale } : {}),
      ...(want.digest ? { digest: await sha256Hex(households.join('\n')) } : {}),
      ...(want.households ? { households } : {}),
      ...(want.items ? await this.outbox() : {}),
    }
  }

  async forgetPulled(): Promise<void> {
    this.apply([{ op: 'drop_replica' }, { op: 'meta', set: { cursor: null, filled: false } }])
  }

  async saveDraft(key: string, value: unknown, household: Uuid | null, savedAt: number): Promise<void> {
    this.drafts.set(key, { value: structuredClone(value), household, savedAt })
  }

  async loadDraft(key: string): Promise<{ value: unknown; household: Uuid | null; savedAt: number } | null> {
    return this.drafts.get(key) ?? null
  }

  async dropDraft(key: string): Promise<void> {
    this.drafts.delete(key)
    for (const [id, { row }] of this.photoRows) if (row.draft === key) this.photoRows.delete(id)
  }

  async addPhoto(row: Omit<PhotoRow, 'iv' | 'box'>, content: Uint8Array): Promise<void> {
    this.photoRows.set(row.id, { row: { ...row, iv: new Uint8Array(), box: new ArrayBuffer(0) }, content })
  }

  async photos(): Promise<PhotoRow[]> {
    return [...this.photoRows.values()].map(({ row }) => ({ ...row }))
  }

  async photoContent(row: PhotoRow): Promise<Uint8Array> {
    return this.photoRows.get(row.id)?.content ?? new Uint8Array()
  }

  async setPhoto(id: Uuid, change: Partial<PhotoRow> | null): Promise<void> {
    const photo = this.photoRows.get(id)
    if (!photo) return
    if (change === null) this.photoRows.delete(id)
    else Object.assign(photo.row, change)
  }

  async photoSent(row: PhotoRow): Promise<void> {
    this.photoRows.delete(row.id)
  }

  async placesOf(ids: Uuid[]): Promise<Map<Uuid, StateRow['place']>> {
    return new Map(ids.flatMap((id) => {
      const state = this.states.get(id)
      return state ? [[id, state.place] as const] : []
    }))
  }
}
