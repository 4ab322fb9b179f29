/**
 * One profile's store: the only place that writes what was recorded and what was pulled.
 *
 * Boxes are made before a transaction opens (awaiting WebCrypto inside would end it), and
 * every write resolves on `complete` of a strict transaction.
 */
import { Boxer, BoxUnreadable } from './box'
import type { Box } from './box'
import { Doors } from './doors'
import { Db, NoRoom } from './idb'
import type { GiveWay, Tx } from './idb'
import { noticed, reading } from './lock/lease'
import type { Reading } from './lock/lease'
import { NO_TRIES, TRIES } from './lock/tries'
import { dropKeys, dropPulledKey, pulledKey } from './lock/vault'
import type { LockRow } from './lock/vault'
import { claimed, closeUp, follows, inBackup, itemOf, move, newState, openItems, photoHome, photosOf, rowsNeeded } from './moves'
import type { StateRow } from './moves'
import { Replica } from './replica'
import type { ChunkContent } from './replica'
import { freeReserve } from './reserve'
import { dropSent, everKept, forgetSent, keepSent, roomy, sentPhotos } from './sent'
import { PROFILE_STORES } from './schema'
import type { ChunkRow, DraftRow, EntryRow, KeyRow, MetaBox, PhotoRow } from './schema'
import { sealEntry } from './seal'
import type { Ahead } from './seal'
import { sha256Hex, toBase64url } from '../sync/canonical'
import type { Op } from '../sync/engine/events'
import { undoLeft } from '../sync/engine/batch'
import { NEW_META } from '../sync/engine/state'
import type { Item, Meta } from '../sync/engine/state'
import { isQuiet, isWriteOnly } from '../sync/wire'
import type { Mutation, SealedMutation, SealKey, Uuid } from '../sync/wire'

/** A mutation as recorded; its number is given by the transaction that stores it. */
export type Entry = Omit<Mutation, 'device_seq'>

interface MetaRow extends Meta {
  id: 'meta'
  /** Counts transactions that changed boxes of pulled rows, to notice another tab's. */
  rev: number
  /** Counts who became the sender, so that what a sender before wrote late is known as such. */
  turn?: number
}

/** In the place of words this phone may not read again; the copy sealed to the server stays. */
const EMPTY: Box = { iv: new Uint8Array(12), box: new ArrayBuffer(0) }

/** The store is locked: nothing boxed can be read or written until its person unlocks it. */
export class StoreLocked extends Error {
  override name = 'StoreLocked'
}

/** Another tab changed the pulled rows since this one read them. */
class Outrun extends Error {}

/** Another tab has become the sender since this was asked for: what this one still had to write is not written. */
export class Superseded extends Error {
  override name = 'Superseded'
}

/** What a look at the clock changed: nothing, whether the lists may be read, or they are deleted and must be pulled anew. */
export type LeaseMove = 'none' | 'turned' | 'dropped'

export interface Loaded {
  meta: Meta
  items: Item[]
  resolved: Uuid[]
  /** Boxes that could not be opened; they were left out and the rows will be pulled again. */
  damaged: number
}

export interface AppendOptions {
  seal: SealKey | null
  /** Its sealing, prepared before the tap. */
  ahead?: Ahead | null
  undoUntil: number
  recordedAt: number
  draft: string | null
}

export interface Want {
  digest: boolean
  households: boolean
  items: boolean
  /** Written whichever tab is the sender. */
  anyTab?: boolean
}

export interface Committed {
  /** Rows that follow a cursor which is no longer here were not written. */
  stale?: boolean
  digest?: string
  households?: Uuid[]
  items?: Item[]
  nextSeq?: number
}

/** What the sync loop and the screens need of a store, on disk or, in private mode, in memory. */
export type EntryStore = Pick<Store,
  'replica' | 'doors' | 'locked' | 'withheld' | 'watchLease' | 'device' | 'close' | 'takeOver' | 'load' | 'outbox' | 'append' | 'undo' | 'mutations' | 'entries' | 'sealLate' | 'commit'
  | 'forgetPulled' | 'saveDraft' | 'loadDraft' | 'dropDraft' | 'addPhoto' | 'photos' | 'photoContent' | 'setPhoto' | 'photoSent' | 'placesOf'>

export class Store {
  replica = new Replica()
  /** What door codes mean while the lists are withheld; empty otherwise. */
  doors = Doors.none
  /** The lists lie boxed and are not read: the lease is over. Recording goes on. */
  withheld = false
  private rev = 0
  /** Which turn of sending is this tab's; null before it had one. */
  private turn: number | null = null
  /** Whether received photos may still be kept here; null until it was asked. */
  private keepsSent: boolean | null = null
  /** Boxes read while the PIN was being typed, as they were at this count of changes. */
  private ahead: { rev: number; chunks: ChunkRow[] } | null = null
  private constructor(
    readonly db: Db,
    private readonly profile: string,
    private readonly own: CryptoKey | null,
    readonly device: { privateKey: CryptoKey; publicJwk: JsonWebKey },
  ) {}

  /** Without the profile's own key only index rows and sealed copies can be reached. */
  static async open(name: string, profile: string, own: CryptoKey | null, giveWay?: GiveWay): Promise<Store> {
    const db = await Db.open(name, 0, PROFILE_STORES, giveWay)
    const device = await db.read(['keys'], (tx) => tx.get<KeyRow>('keys', 'device'))
    if (device?.publicJwk) return new Store(db, profile, own, { privateKey: device.key, publicJwk: device.publicJwk })
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const publicJwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
    const kept = await db.write(['keys'], async (tx) => {
      const other = await tx.get<KeyRow>('keys', 'device')
      // Two tabs may open a new profile at once: the first key stays.
      if (other?.publicJwk) return { key: other.key, jwk: other.publicJwk }
      tx.put('keys', { id: 'device', key: pair.privateKey, publicJwk })
      return { key: pair.privateKey, jwk: publicJwk }
    })
    return new Store(db, profile, own, { privateKey: kept.key, publicJwk: kept.jwk })
  }

  /** The same store once its key is here: on the same connection, with what was read ahead. */
  unlocked(own: CryptoKey): Store {
    const next = new Store(this.db, this.profile, own, this.device)
    next.ahead = this.ahead
    this.ahead = null
    return next
  }

  get locked(): boolean {
    return this.own === null
  }

  private get boxer(): Boxer {
    if (!this.own) throw new StoreLocked()
    return new Boxer(this.own, this.profile)
  }

  private async pulledBoxer(row?: LockRow): Promise<Boxer> {
    if (!this.own) throw new StoreLocked()
    return new Boxer(await pulledKey(this.db, this.profile, this.own, row), this.profile)
  }

  close(): void {
    this.db.close()
  }

  /** This tab is the sender from here on: what another still had under way as the sender is not written any more. */
  async takeOver(): Promise<void> {
    this.turn = await this.db.write(['meta'], async (tx) => {
      const row = await this.metaIn(tx)
      const turn = (row.turn ?? 0) + 1
      tx.put('meta', { ...row, turn })
      return turn
    }, true)
  }

  /** With a `wall` clock the lists are read only within the lease; without one, because the server just spoke. */
  async load(wall: number | null = null): Promise<Loaded> {
    const { ahead } = this
    const [metaRow, states, lock, chunks] = await this.db.read(['meta', 'states', 'keys', 'chunks'], async (tx) => {
      const [row, ...rest] = await Promise.all([
        tx.get<MetaRow>('meta', 'meta'), tx.all<StateRow>('states'), tx.get<LockRow>('keys', 'lock'), ahead ? [] : tx.all<ChunkRow>('chunks'),
      ])
      const chunks = !ahead ? rest[2] : ahead.rev === (row?.rev ?? 0) ? ahead.chunks : await tx.all<ChunkRow>('chunks')
      return [row, rest[0], rest[1], chunks] as const
    })
    this.ahead = this.locked ? { rev: metaRow?.rev ?? 0, chunks } : null
    const { id: _id, rev, turn: _turn, ...meta } = { ...NEW_META, ...(metaRow ?? ({ id: 'meta', rev: 0 } as MetaRow)) }
    this.rev = rev
    let damaged = 0
    if (wall !== null) await this.heedLease(meta, wall, chunks.length > 0)
    if (!this.locked && !this.withheld) damaged = await this.unbox(chunks, lock)
    // What cannot be opened is pulled again from the start; nothing recorded lies in those boxes.
    if (damaged > 0) Object.assign(meta, { cursor: null, filled: false })
    return { meta, items: openItems(states), resolved: this.resolved(), damaged }
  }

  private async unbox(chunks: ChunkRow[], lock: LockRow | undefined): Promise<number> {
    const replica = new Replica()
    let damaged = 0
    const boxer = await this.pulledBoxer(lock)
    await Promise.all(chunks.map(async (chunk) => {
      try {
        replica.load(chunk.id, await boxer.takeJson<ChunkContent>('chunks', chunk.id, chunk.rev, chunk))
      } catch (error) {
        if (!(error instanceof BoxUnreadable)) throw error
        damaged += 1
      }
    }))
    this.replica = replica
    return damaged
  }

  // ── the lease ──────────────────────────────────────────────────────────────────────

  private async heedLease(meta: Meta, wall: number, holds: boolean): Promise<Reading> {
    const now = reading(meta.lease, meta.leaseHours, wall)
    if (now !== 'open' && !this.withheld) await this.withhold()
    if (now === 'gone' && holds) {
      await this.dropPulled()
      Object.assign(meta, { cursor: null, filled: false })
    }
    return now
  }

  /** Looks at the clock, by which the lists begin or cease to be readable, or go for good. */
  async watchLease(wall: number): Promise<LeaseMove> {
    const [row, chunks] = await this.db.read(['meta', 'chunks'], (tx) => Promise.all([this.metaIn(tx), tx.all<ChunkRow>('chunks')]))
    const was = this.withheld
    const now = await this.heedLease(row, wall, chunks.length > 0)
    if (now === 'open' && was && !this.locked) await this.giveBack()
    if (now === 'open') await this.sawTime(wall)
    if (now === 'gone' && chunks.length > 0) return 'dropped'
    return this.withheld === was ? 'none' : 'turned'
  }

  /** The lists leave memory and are not read; what door codes mean stays, by id and nothing else. */
  private async withhold(): Promise<void> {
    this.withheld = true
    this.replica = new Replica()
    const row = await this.db.read(['meta'], (tx) => tx.get<MetaBox>('meta', 'doors'))
    const content = row && !this.locked ? await this.boxer.takeJson('meta', 'doors', row.rev, row).catch(() => null) : null
    this.doors = Doors.from(content)
  }

  /** The server spoke: the lists may be read again. */
  private async giveBack(): Promise<Loaded> {
    this.withheld = false
    this.doors = Doors.none
    return this.load()
  }

  /** The greatest time seen is kept, so that a clock turned back does not lengthen the lease. */
  private sawTime(wall: number): Promise<void> {
    return this.db.write(['meta'], async (tx) => {
      const row = await this.metaIn(tx)
      const lease = row.lease && noticed(row.lease, wall)
      if (lease && lease !== row.lease) tx.put('meta', { ...row, lease })
    })
  }

  /** Long after the lease: the key of what was pulled goes, and its boxes with it. */
  private dropPulled(): Promise<void> {
    return this.db.write(['keys', 'chunks', 'meta'], async (tx) => {
      await dropPulledKey(tx)
      tx.clear('chunks')
      const row = await this.metaIn(tx)
      tx.put('meta', { ...row, cursor: null, filled: false, rev: row.rev + 1 })
    })
  }

  /**
   * After the last wrong PIN: every key goes. False when an entry waits that was never sealed:
   * then nothing was ever pulled here either, and the keys stay behind a long pause.
   */
  async dropKeys(wall: number, pauseMs: number): Promise<boolean> {
    const dropped = await this.db.write(['keys', 'chunks', 'meta', 'drafts', 'photos', 'states', 'entries'], async (tx) => {
      const [states, entries] = await Promise.all([tx.all<StateRow>('states'), tx.all<EntryRow>('entries')])
      const sealed = new Set(entries.filter((entry) => entry.sealed).map((entry) => entry.id))
      if (states.some((state) => state.place === 'waiting' && !sealed.has(state.id))) {
        const row = await tx.get<LockRow>('keys', 'lock')
        if (row) tx.put('keys', { ...row, ...NO_TRIES, tries: TRIES - 1, waitUntil: wall + pauseMs })
        return false
      }
      await dropKeys(tx)
      for (const store of ['chunks', 'drafts', 'photos']) tx.clear(store)
      tx.remove('meta', 'doors')
      const row = await this.metaIn(tx)
      tx.put('meta', { ...row, cursor: null, filled: false, lease: null, rev: row.rev + 1 })
      return true
    })
    if (dropped) await dropSent(this.profile).catch(() => undefined)
    return dropped
  }

  private resolved(): Uuid[] {
    return this.replica.rows('attention').filter((row) => row.state !== 'open').flatMap((row) => row.mutation_id ?? [])
  }

  /** The index of entries as it is on disk now. */
  async outbox(): Promise<{ items: Item[]; nextSeq: number }> {
    const [states, meta] = await this.db.read(['states', 'meta'], (tx) =>
      Promise.all([tx.all<StateRow>('states'), tx.get<MetaRow>('meta', 'meta')]))
    return { items: openItems(states), nextSeq: meta?.nextSeq ?? 1 }
  }

  // ── recording ──────────────────────────────────────────────────────────────────────

  /** Number, index row, content, sealed copy, finished draft and its photos: one transaction. */
  async append(entry: Entry, options: AppendOptions): Promise<Item> {
    const content = new TextEncoder().encode(JSON.stringify(entry))
    const [box, sealed] = await Promise.all([
      this.boxer.put('entries', entry.mutation_id, 1, content),
      options.seal ? sealEntry(options.seal, entry.mutation_id, content, options.ahead) : null,
    ])
    const row: EntryRow = { id: entry.mutation_id, ...box, sealKey: sealed?.keyId ?? null, sealed: sealed?.bytes ?? null }
    const state = newState(entry, content.length, options)
    const listed = photosOf(entry.payload)
    const words = () => this.record({ ...state, photos: listed }, row, options.draft, null, listed)
    return this.record(state, row, options.draft, entry, listed)
      // The words first: without its photos' rows written anew a visit needs a few kilobytes.
      .catch((error: unknown) => unlessFull(error, words))
      .catch((error: unknown) => unlessFull(error, async () => {
        if (!(await freeReserve())) throw error
        return words()
      }))
  }

  private record(state: StateRow, row: EntryRow, draft: string | null, claim: Entry | null, listed: Uuid[]): Promise<Item> {
    const stores = ['meta', 'states', 'entries', ...(draft === null ? [] : ['drafts', 'photos'])]
    return this.db.write(stores, async (tx) => {
      // What needs no number goes in while the number is looked up.
      tx.put('entries', row)
      const [meta, photos] = await Promise.all([
        this.metaIn(tx),
        draft === null || claim === null ? [] : tx.all<PhotoRow>('photos'),
      ])
      state.seq = meta.nextSeq
      tx.put('meta', { ...meta, nextSeq: meta.nextSeq + 1 })
      tx.put('states', state)
      if (draft !== null) tx.remove('drafts', draft)
      for (const photo of photos) {
        if (photo.draft !== draft || claim === null) continue
        const mine = claimed(photo, claim, listed)
        if (mine) tx.put('photos', mine)
        else tx.remove('photos', photo.id)
      }
      return itemOf(state)
    })
  }

  /** Take back an entry that was not sent; the entries after it close up. */
  undo(id: Uuid, wall: number): Promise<boolean> {
    return this.db.write(['meta', 'states', 'entries', 'photos'], async (tx) => {
      const [meta, states, photos] = await Promise.all([this.metaIn(tx), tx.all<StateRow>('states'), tx.all<PhotoRow>('photos')])
      const gone = states.find((state) => state.id === id)
      if (!gone || gone.place !== 'waiting' || gone.attempts > 0 || undoLeft(itemOf(gone), wall) <= 0) return false
      const { put, nextSeq } = closeUp(states, gone, meta.nextSeq)
      tx.remove('states', id)
      tx.remove('entries', id)
      for (const state of put) tx.put('states', state)
      for (const photo of photos) if (photo.mutation === id) tx.remove('photos', photo.id)
      tx.put('meta', { ...meta, nextSeq })
      return true
    })
  }

  /** Entries for sending: in full, else as their sealed copy. What has neither is named instead of dropped. */
  async mutations(ids: Uuid[]): Promise<{ mutations: (Mutation | SealedMutation)[]; unreadable: Uuid[] }> {
    const rows = await this.db.read(['entries', 'states'], (tx) =>
      Promise.all(ids.map((id) => Promise.all([tx.get<EntryRow>('entries', id), tx.get<StateRow>('states', id)]))))
    const unreadable: Uuid[] = []
    const found = await Promise.all(rows.map(async ([entry, state], i) => {
      if (!entry || !state || state.place !== 'waiting') return unreadable.push(ids[i] as Uuid), null
      const content = this.locked ? null : await this.boxer.takeJson<Entry>('entries', entry.id, 1, entry).catch(onlyUnreadable)
      if (content) return { ...content, device_seq: state.seq } as Mutation
      if (!entry.sealed || !entry.sealKey) return unreadable.push(entry.id), null
      return { mutation_id: entry.id, device_seq: state.seq, key_id: entry.sealKey, sealed: toBase64url(entry.sealed) }
    }))
    return { mutations: found.filter((one) => one !== null), unreadable }
  }

  /** Index rows of what was recorded here, newest first, and the contents of those that `open` names. */
  async entries(limit: number, open: (state: StateRow) => boolean = () => true, withQuiet = false): Promise<{ state: StateRow; entry: Entry | null }[]> {
    const states = (await this.db.read(['states'], (tx) => tx.all<StateRow>('states'))).filter((state) => withQuiet || !isQuiet(state.type))
    const newest = states.sort((a, b) => b.recorded_at - a.recorded_at || b.seq - a.seq).slice(0, limit)
    const rows = await this.db.read(['entries'], (tx) => Promise.all(newest.map((state) => (open(state) ? tx.get<EntryRow>('entries', state.id) : undefined))))
    return Promise.all(newest.map(async (state, i) => {
      const row = rows[i]
      const entry = row && !this.locked && !this.withheld ? await this.boxer.takeJson<Entry>('entries', row.id, 1, row).catch(() => null) : null
      return { state, entry }
    }))
  }

  /** Gives waiting entries that were recorded before there was a key to seal to their sealed copy. */
  async sealLate(seal: SealKey): Promise<void> {
    if (this.locked) return
    const rows = (await this.db.read(['entries'], (tx) => tx.all<EntryRow>('entries'))).filter((row) => row.sealed === null)
    for (const row of rows) {
      const content = await this.boxer.take('entries', row.id, 1, row).catch(() => null)
      if (!content) continue
      const sealed = await sealEntry(seal, row.id, content)
      await this.db.write(['entries'], async (tx) => {
        if (await tx.get<EntryRow>('entries', row.id)) tx.put('entries', { ...row, sealKey: sealed.keyId, sealed: sealed.bytes } satisfies EntryRow)
      })
    }
  }

  // ── what the engine asks for ───────────────────────────────────────────────────────

  /** Raises Superseded when another tab took over sending since; nothing was written then. */
  async commit(ops: Op[], want: Want): Promise<Committed> {
    const turn = want.anyTab ? null : this.turn
    if (ops.some((op) => op.op === 'restore_archive')) await this.takeSentBack()
    const stale = await this.commitOnce(ops, turn).catch(async (error: unknown) => {
      if (!(error instanceof Outrun)) throw error
      await this.load()
      return this.commitOnce(ops, turn)
    })
    for (const op of ops) if (op.op === 'prune_archive' && this.keepsSent !== false) await this.forgetSent(op).catch(() => undefined)
    const households = this.replica.householdIds()
    return {
      ...(stale ? { stale } : {}),
      ...(want.digest ? { digest: await sha256Hex(households.join('\n')) } : {}),
      ...(want.households ? { households } : {}),
      ...(want.items ? await this.outbox() : {}),
    }
  }

  /** True when the rows were left out, because the lists they belong to have been deleted. */
  private async commitOnce(ops: Op[], turn: number | null): Promise<boolean> {
    // Rows and the list of homes come with the server's word, so what was withheld may be read again to change it.
    if (this.withheld && ops.some((op) => op.op === 'rows' || op.op === 'keep_only')) await this.giveBack()
    let replica = this.replica
    let dropAll = false
    const dirty = new Set<string>()
    const meta: Partial<Meta> = {}
    const dropped: ((household: string) => boolean)[] = []
    for (const op of ops) {
      if (op.op === 'rows' && op.changes.length > 0) {
        if (replica === this.replica) replica = replica.copy()
        for (const key of replica.apply(op.changes)) dirty.add(key)
        const gone = new Set(op.changes.filter((change) => change.entity === 'scope_drop').map((change) => change.id))
        if (gone.size > 0) dropped.push((household) => gone.has(household))
      } else if (op.op === 'keep_only') {
        if (replica === this.replica) replica = replica.copy()
        for (const key of replica.keepOnly(op.households)) dirty.add(key)
        const keep = new Set(op.households)
        dropped.push((household) => !keep.has(household))
      } else if (op.op === 'drop_replica') {
        replica = new Replica()
        dropAll = true
        dirty.clear()
      } else if (op.op === 'meta') Object.assign(meta, op.set)
    }
    const rowsChange = replica !== this.replica
    const rev = this.rev + 1
    const boxes = await this.boxChunks(replica, dirty, rev)
    const doors = [...dirty].some((key) => /^(household|area):/.test(key)) ? await this.boxer.putJson('meta', 'doors', rev, Doors.of(replica)) : null
    const needed = rowsNeeded(ops)
    let stale = false
    const stores = ['meta', 'states', ...(rowsChange ? ['chunks', 'drafts'] : []), ...(needed.length > 0 ? ['entries'] : [])]
    await this.db.write(stores, async (tx) => {
      const [row, states, drafts] = await Promise.all([
        this.metaIn(tx),
        needed === 'all' ? tx.all<StateRow>('states') : Promise.all(needed.map((id) => tx.get<StateRow>('states', id))),
        rowsChange && dropped.length > 0 ? tx.all<DraftRow>('drafts') : [],
      ])
      if (turn !== null && row.turn !== turn) throw new Superseded()
      if (rowsChange && row.rev !== this.rev) throw new Outrun()
      stale = follows(ops, row.cursor)
      const written = rowsChange && !stale
      const moves = move(states.filter((state) => state !== undefined), ops)
      for (const state of moves.put) tx.put('states', state)
      for (const id of moves.remove) {
        tx.remove('states', id)
        tx.remove('entries', id)
      }
      for (const { id } of moves.put.filter((state) => state.place !== 'waiting' && isWriteOnly(state.type))) {
        const entry = await tx.get<EntryRow>('entries', id)
        if (entry?.sealed) tx.put('entries', { ...entry, ...EMPTY } satisfies EntryRow)
      }
      if (dropAll) {
        tx.clear('chunks')
        tx.remove('meta', 'doors')
      }
      if (doors && written) tx.put('meta', { id: 'doors', rev, ...doors } satisfies MetaBox)
      for (const [id, box] of written ? boxes : []) {
        if (box) tx.put('chunks', { id, rev, ...box } satisfies ChunkRow)
        else tx.remove('chunks', id)
      }
      for (const draft of drafts) {
        const household = draft.household
        if (household !== null && dropped.some((gone) => gone(household))) tx.remove('drafts', draft.id)
      }
      const nextSeq = moves.nextSeq ?? row.nextSeq
      tx.put('meta', { ...row, ...meta, ...(stale ? { cursor: null, filled: false } : {}), nextSeq, rev: written ? rev : row.rev } satisfies MetaRow)
    }, turn !== null)
    if (rowsChange && !stale) {
      this.replica = replica
      this.rev = rev
    }
    return stale
  }

  private async boxChunks(replica: Replica, dirty: Set<string>, rev: number): Promise<[string, Box | null][]> {
    if (dirty.size === 0) return []
    const boxer = await this.pulledBoxer()
    return Promise.all([...dirty].map(async (id): Promise<[string, Box | null]> => {
      const content = replica.content(id)
      return [id, content && (await boxer.putJson('chunks', id, rev, content))]
    }))
  }

  private async metaIn(tx: Tx): Promise<MetaRow> {
    return { ...NEW_META, ...((await tx.get<MetaRow>('meta', 'meta')) ?? { id: 'meta', rev: 0 }) }
  }

  /** Log-out: nothing pulled stays. Entries, their archive, drafts and photos stay boxed for the same user. */
  async forgetPulled(): Promise<void> {
    await this.commit([{ op: 'drop_replica' }, { op: 'meta', set: { cursor: null, filled: false, lease: null } }], {
      digest: false, households: false, items: false, anyTab: true,
    })
  }

  // ── drafts ─────────────────────────────────────────────────────────────────────────

  async saveDraft(key: string, value: unknown, household: Uuid | null, savedAt: number): Promise<void> {
    const box = await this.boxer.putJson('drafts', key, savedAt, value)
    await this.db.write(['drafts'], async (tx) => tx.put('drafts', { id: key, household, savedAt, ...box } satisfies DraftRow))
  }

  async loadDraft(key: string): Promise<{ value: unknown; household: Uuid | null; savedAt: number } | null> {
    const row = await this.db.read(['drafts'], (tx) => tx.get<DraftRow>('drafts', key))
    if (!row) return null
    return { value: await this.boxer.takeJson('drafts', key, row.savedAt, row), household: row.household, savedAt: row.savedAt }
  }

  dropDraft(key: string): Promise<void> {
    return this.db.write(['drafts', 'photos'], async (tx) => {
      tx.remove('drafts', key)
      for (const photo of await tx.all<PhotoRow>('photos')) if (photo.draft === key) tx.remove('photos', photo.id)
    })
  }

  // ── photos ─────────────────────────────────────────────────────────────────────────

  async addPhoto(row: Omit<PhotoRow, keyof Box>, content: Uint8Array): Promise<void> {
    const box = await this.boxer.put('photos', row.id, 1, content)
    await this.db.write(['photos'], async (tx) => tx.put('photos', { ...row, ...box }))
  }

  async photos(): Promise<PhotoRow[]> {
    const [photos, states] = await this.db.read(['photos', 'states'], (tx) => Promise.all([tx.all<PhotoRow>('photos'), tx.all<StateRow>('states')]))
    const owners = new Map(states.flatMap((state) => (state.photos ?? []).map((id) => [id, state] as const)))
    return photos.map((photo) => {
      const owner = photo.mutation === null ? owners.get(photo.id) : undefined
      return owner ? { ...photo, ...photoHome(owner.type), draft: null, mutation: owner.id, entity: owner.entity, state: photo.state === 'kept' ? 'waiting' : photo.state } : photo
    })
  }

  photoContent(row: PhotoRow): Promise<Uint8Array> {
    return this.boxer.take('photos', row.id, 1, row)
  }

  setPhoto(id: Uuid, change: Partial<PhotoRow> | null): Promise<void> {
    return this.db.write(['photos'], async (tx) => {
      const row = await tx.get<PhotoRow>('photos', id)
      if (!row) return
      if (change === null) tx.remove('photos', id)
      else tx.put('photos', { ...row, ...change })
    })
  }

  /** The server has this photo. One of a visit is kept until a backup has it too. */
  async photoSent(row: PhotoRow): Promise<void> {
    // The practice village is named like its store, and forgets everything when it is begun anew.
    if ((row.of ?? 'visit') === 'visit' && this.db.name !== this.profile) {
      const { nextSeq } = await this.db.read(['meta'], (tx) => this.metaIn(tx))
      if (await keepSent(this.profile, row, nextSeq).catch(() => false)) this.keepsSent = true
    }
    await this.setPhoto(row.id, null)
  }

  /** The server was put back: what it received may be gone there. It is put among those to be sent before the entries are. */
  private async takeSentBack(): Promise<void> {
    const rows = (await everKept(this.profile)) ? await sentPhotos(this.profile).catch(() => []) : []
    if (rows.length === 0) return
    await this.db.write(['photos'], async (tx) => {
      for (const row of rows) tx.put('photos', { ...row, state: 'waiting', attempts: 0, upload: null } satisfies PhotoRow)
    })
    await forgetSent(this.profile, () => true)
  }

  private async forgetSent({ backedUp, before }: Extract<Op, { op: 'prune_archive' }>): Promise<void> {
    this.keepsSent ??= await everKept(this.profile)
    if (!this.keepsSent) return
    const states = await this.db.read(['states'], (tx) => tx.all<StateRow>('states'))
    const held = states.filter((row) => row.place === 'archived' && inBackup(row, backedUp)).map((row) => row.seq)
    const through = Math.max(0, ...held)
    const tight = !(await roomy())
    this.keepsSent = (await forgetSent(this.profile, (sent) => tight || sent.seq <= through || sent.addedAt < before)) > 0
  }

  placesOf(ids: Uuid[]): Promise<Map<Uuid, StateRow['place']>> {
    return this.db.read(['states'], async (tx) => {
      const rows = await Promise.all(ids.map((id) => tx.get<StateRow>('states', id)))
      return new Map(rows.filter((row) => row !== undefined).map((row) => [row.id, row.place]))
    })
  }
}

function onlyUnreadable(error: unknown): null {
  if (error instanceof BoxUnreadable) return null
  throw error
}

/** On a full phone another way is tried; anything else stays what it is. */
function unlessFull<T>(error: unknown, otherwise: () => Promise<T>): Promise<T> {
  if (error instanceof NoRoom) return otherwise()
  throw error
}
