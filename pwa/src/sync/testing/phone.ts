/**
 * A phone in the simulated world: the product's own engine and the product's own idea of a
 * store, with a disk that survives crashes, a clock that lies and a network made of messages.
 */
import { createHash } from 'node:crypto'
import type { Chance } from './chance'
import type { ClientSabotage } from './sabotage'
import { MemoryStore } from '../../db/memory'
import type { Entry } from '../../db/store'
import { canonical } from '../canonical'
import type { Effect, Event, Op, RawAnswer, Stamp } from '../engine/events'
import { reduce } from '../engine/reduce'
import { CLOSED_STATE } from '../engine/state'
import type { State } from '../engine/state'
import { pushBody } from '../line'
import type { Uuid } from '../wire'
import type { CarriedFile, Row } from './server'

export interface Flight {
  phone: number
  tab: number
  boot: number
  rid: number
  kind: 'enrol' | 'push' | 'pull' | 'scope'
  body: unknown
  ids: Uuid[]
  cursor: string | null
  sentWall: number
  sentMono: number
  /** A copy made by the network: nobody waits for its answer. */
  ghost: boolean
}

/** What the tabs of one phone have in common: its disk, its clock, its log-in. */
export class Body {
  readonly disk = new MemoryStore({} as MemoryStore['device'])
  readonly tabs: Phone[] = []
  wiped = false
  skewMs = 0
  tokenExpired = false
  loggedOut = false
  /** Ids of entries written on this phone and not taken back: what must never be lost. */
  readonly recorded = new Set<Uuid>()
  readonly undone = new Set<Uuid>()
  /** How often its clock was set, and how often it had been when the last page was written, and when that was. */
  settings = 0
  /** Which tab's turn of sending it is, by number. */
  turn = 0
  leased = { at: 0, settings: 0 }

  setClock(skewMs: number): void {
    if (skewMs !== this.skewMs) this.settings += 1
    this.skewMs = skewMs
  }
}

/** A page of the app on a phone; most phones have one open. */
export class Phone {
  state: State = CLOSED_STATE
  boot = 0
  alive = false
  outgoing: Flight[] = []
  writing: { tid: number; ops: Op[]; want: { digest: boolean; households: boolean; items: boolean }; view: Row[] | null; turn: number } | null = null
  refreshing: number | null = null
  wakeAt: number | null = null
  /** Frozen by the browser: what it was writing reaches the disk when it wakes. */
  asleep = false
  /** The server's view that came with the last page now being stored. */
  arriving: Row[] | null = null
  readonly tab: number
  private bootAt = 0
  private turn = 0
  private arrivedUnder = 0

  constructor(
    readonly index: number, readonly user: number, private readonly chance: Chance, private readonly sabotage: ClientSabotage | null,
    readonly body = new Body(),
  ) {
    this.tab = body.tabs.push(this) - 1
  }

  get disk(): MemoryStore {
    return this.body.disk
  }
  get wiped(): boolean {
    return this.body.wiped
  }
  get skewMs(): number {
    return this.body.skewMs
  }
  get recorded(): Set<Uuid> {
    return this.body.recorded
  }
  get undone(): Set<Uuid> {
    return this.body.undone
  }

  private get others(): Phone[] {
    return this.body.tabs.filter((tab) => tab !== this && tab.alive)
  }

  /** Only one tab of a phone holds the lock, as the browser gives it. */
  takeLock(now: number): void {
    const free = this.sabotage === 'no_tab_lock' || !this.others.some((tab) => tab.state.syncer)
    if (free) this.turn = ++this.body.turn
    this.tell({ type: 'lock', held: free, ...(free && this.state.open ? { now: this.disk.snapshot() } : {}) }, now)
  }

  loseLock(now: number): void {
    if (!this.state.syncer) return
    this.tell({ type: 'lock', held: false }, now)
    const next = this.others[0] ?? this
    this.asleep = next !== this
    next.takeLock(now)
  }

  /** The other tabs hear that something was recorded or taken back, or what else moved on the disk; as in running.ts. */
  private spread(what: 'recorded' | 'changed', now: number): void {
    const { items } = this.disk.snapshot()
    for (const tab of this.others) {
      if (what === 'recorded' || tab.state.busy?.on !== 'store') tab.tell({ type: 'outbox', items, nextSeq: this.disk.meta.nextSeq }, now)
    }
  }

  /** The app looks at the clock every minute, and whenever something moved. */
  heedLease(now: number): void {
    if (!this.alive || this.sabotage === 'no_lease') return
    if (this.disk.heedLease(this.wall(now)) !== 'dropped') return
    for (const tab of this.body.tabs) tab.tell({ type: 'lists_dropped' }, now)
  }

  wall(now: number): number {
    return now + this.skewMs
  }

  stamp(now: number): Stamp {
    const wall = this.wall(now)
    return { wall, mono: now - this.bootAt, bootId: `boot-${this.index}-${this.tab}-${this.boot}`, rand: this.chance.next(), uuid: this.chance.uuid(wall) }
  }

  start(now: number): void {
    if (this.alive || this.wiped) return
    this.boot += 1
    this.bootAt = now
    this.alive = true
    this.state = CLOSED_STATE
    this.heedLease(now)
    this.takeLock(now)
    this.tell({ type: 'loaded', ...this.disk.snapshot() }, now)
  }

  /** The page dies. A write under way either reached the disk or did not. */
  crash(now: number, written: boolean): void {
    if (!this.alive) return
    if (this.writing && written && !this.superseded(this.writing.turn)) this.write(this.writing.ops, now)
    else if (this.writing && this.sabotage === 'cursor_before_rows') this.write(this.writing.ops.filter((op) => op.op === 'meta'), now)
    this.alive = false
    this.asleep = false
    const { syncer } = this.state
    this.state = CLOSED_STATE
    if (syncer) this.others[0]?.takeLock(now)
    this.writing = null
    this.refreshing = null
    this.wakeAt = null
    this.arriving = null
  }

  /** What a tab still had to write when another became the sender is not written. */
  private superseded(turn: number): boolean {
    return this.sabotage !== 'no_turns' && turn !== this.body.turn
  }

  private write(ops: Op[], now: number): boolean {
    const stale = this.disk.apply(ops)
    if (ops.some((op) => op.op === 'meta' && op.set.lease)) this.body.leased = { at: now, settings: this.arrivedUnder }
    if (this.sabotage !== 'no_archive') return stale
    for (const row of [...this.disk.states.values()]) {
      if (row.place !== 'archived') continue
      this.disk.states.delete(row.id)
      this.disk.contents.delete(row.id)
    }
    return stale
  }

  tell(event: Event, now: number): void {
    if (!this.alive) return
    const [state, effects] = reduce(this.state, event, this.stamp(now))
    this.state = state
    for (const effect of effects) this.carry(effect, now)
  }

  private carry(effect: Effect, now: number): void {
    switch (effect.do) {
      case 'request': {
        const flight: Flight = {
          phone: this.index, tab: this.tab, boot: this.boot, rid: effect.rid, kind: effect.kind, body: null, ids: [], cursor: null,
          sentWall: this.wall(now), sentMono: now - this.bootAt, ghost: false,
        }
        if (effect.kind === 'push') {
          const { mutations, unreadable } = this.disk.take(effect.ids)
          if (unreadable.length > 0) return this.tell({ type: 'unreadable', rid: effect.rid, ids: unreadable }, now)
          flight.body = pushBody({ ...effect, appVersion: 'simulated' }, mutations)
          flight.ids = effect.ids
          if (this.sabotage === 'deleted_before_answer') {
            for (const id of effect.ids) {
              this.disk.states.delete(id)
              this.disk.contents.delete(id)
            }
          }
        }
        if (effect.kind === 'pull') flight.cursor = effect.cursor
        this.outgoing.push(flight)
        return
      }
      case 'store': {
        // The village lives hours, not weeks: what a backup holds is forgotten at once, so that it matters.
        let ops = effect.ops.map((op): Op => (op.op === 'prune_archive' ? { ...op, shownSince: Infinity } : op))
        if (this.sabotage === 'no_archive') ops = ops.filter((op) => op.op !== 'restore_archive')
        if (this.sabotage === 'scope_drop_ignored') {
          ops = ops.map((op) => (op.op === 'rows' ? { ...op, changes: op.changes.filter((change) => change.entity !== 'scope_drop') } : op))
        }
        if (this.sabotage === 'rejected_is_forgotten') {
          ops = ops.flatMap((op): Op[] => (op.op === 'hold' ? [{ op: 'archive', id: op.id, seq: null, area: null, at: op.at }] : [op]))
        }
        // A page of another epoch is not written: what it told cannot be compared.
        const written = ops.some((op) => op.op === 'rows') || !ops.some((op) => op.op === 'drop_replica')
        this.writing = { tid: effect.tid, ops, want: effect.want, view: written ? this.arriving : null, turn: this.turn }
        this.arriving = null
        return
      }
      case 'refresh':
        this.refreshing = effect.rid
        return
      case 'wake_at':
        this.wakeAt = effect.mono
        return
      case 'wipe':
        this.body.wiped = true
        for (const tab of this.body.tabs) tab.alive = false
    }
  }

  /** The disk finishes what it was asked to write; returns the view to compare with, if any. */
  finishWrite(now: number): Row[] | null {
    const writing = this.writing
    this.asleep = false
    if (!writing) return null
    this.writing = null
    if (this.superseded(writing.turn)) {
      this.tell({ type: 'store_failed', tid: writing.tid }, now)
      return null
    }
    const stale = this.write(writing.ops, now)
    const households = this.disk.replica.householdIds()
    const digest = createHash('sha256').update(households.join('\n')).digest('hex')
    const items = writing.want.items ? { items: this.disk.snapshot().items, nextSeq: this.disk.meta.nextSeq } : {}
    this.tell({
      type: 'stored', tid: writing.tid, stale,
      ...(writing.want.digest && this.sabotage !== 'no_digest' ? { digest } : {}),
      ...(writing.want.households ? { households } : {}), ...items,
    }, now)
    this.heedLease(now)
    this.spread('changed', now)
    return this.disk.withheld || stale ? null : writing.view
  }

  failWrite(now: number): void {
    const writing = this.writing
    if (!writing) return
    this.writing = null
    if (this.sabotage === 'memory_before_disk') {
      this.tell({ type: 'stored', tid: writing.tid }, now)
      return
    }
    this.tell({ type: 'store_failed', tid: writing.tid }, now)
  }

  receive(flight: Flight, raw: Partial<RawAnswer>, view: Row[] | null, now: number): void {
    if (!this.alive || flight.ghost || flight.boot !== this.boot) return
    this.arrivedUnder = this.body.settings
    const full: RawAnswer = {
      status: 0, failure: null, json: null, isJson: false, protocol: null, retryAfterS: null,
      sentWall: flight.sentWall, gotWall: this.wall(now), sentMono: flight.sentMono, gotMono: now - this.bootAt, sentBytes: 0, ...raw,
    }
    if (full.failure === null && full.status === 200 && this.sabotage === 'any_200' && flight.kind === 'push' && full.protocol !== '1') {
      Object.assign(full, {
        protocol: '1', isJson: true,
        json: {
          batch_id: (flight.body as { batch_id: string }).batch_id, epoch: this.state.meta.epoch, server_time: new Date(now).toISOString(),
          verdicts: flight.ids.map((id) => ({ mutation_id: id, verdict: 'applied', versions: {}, seq: 0 })),
        },
      })
    }
    if (this.sabotage === 'retry_is_final' && flight.kind === 'push' && full.isJson && full.json !== null) {
      const json = full.json as { verdicts?: { mutation_id: string; verdict: string }[] }
      if (json.verdicts) {
        full.json = { ...json, verdicts: json.verdicts.map((one) => (one.verdict === 'retry' ? { mutation_id: one.mutation_id, verdict: 'applied', versions: {}, seq: 0 } : one)) }
      }
    }
    if (this.sabotage === 'epoch_ignored' && full.status === 409) {
      // Takes the new epoch without handing in again what the server may have forgotten.
      const epoch = (full.json as { details?: { epoch?: string } } | null)?.details?.epoch ?? null
      this.disk.meta = { ...this.disk.meta, epoch, cursor: null }
      this.state = { ...this.state, meta: { ...this.state.meta, epoch, cursor: null } }
      full.status = 500
    }
    this.arriving = full.status === 200 ? view : null
    this.tell({ type: 'answer', rid: flight.rid, raw: full }, now)
    if (!this.writing) this.arriving = null
    if (this.sabotage === 'gives_up') {
      for (const item of this.state.items) if (item.attempts >= 3) this.disk.states.delete(item.id)
    }
  }

  record(entry: Omit<Entry, 'hash' | 'clock' | 'occurred_at_device' | 'tz_offset' | 'schema'>, undoMs: number, now: number): void {
    const wall = this.wall(now)
    const hash = createHash('sha256').update(canonical(entry.payload)).digest('hex')
    const full: Entry = {
      ...entry, schema: 1, hash, occurred_at_device: new Date(wall).toISOString(), tz_offset: 480,
      clock: { boot_id: `boot-${this.index}-${this.tab}-${this.boot}`, monotonic_ms: now - this.bootAt, offset_ms: null },
    }
    const item = this.disk.record(full, { undoUntil: undoMs > 0 ? wall + undoMs : 0, recordedAt: wall })
    this.recorded.add(entry.mutation_id)
    this.tell({ type: 'recorded', item }, now)
    this.spread('recorded', now)
  }

  /** Everything waiting goes to a carrier as well; page open or not. null while no server knows this phone. */
  async handOver(now: number): Promise<CarriedFile | null> {
    const { deviceId } = this.disk.meta
    const waiting = [...this.disk.states.values()].filter((row) => row.place === 'waiting').sort((a, b) => a.seq - b.seq)
    if (deviceId === null || waiting.length === 0) return null
    const { mutations } = this.disk.take(waiting.map((row) => row.id))
    for (const row of waiting) {
      if (this.sabotage !== 'undo_after_export') this.disk.states.set(row.id, { ...row, undo_until: 0, carried_at: now })
      if (this.sabotage !== 'deleted_at_export') continue
      this.disk.states.delete(row.id)
      this.disk.contents.delete(row.id)
    }
    this.tell({ type: 'outbox', ...(await this.disk.outbox()) }, now)
    this.spread('changed', now)
    return { from: this.index, device_id: deviceId, mutations: structuredClone(mutations), signed: true }
  }

  async takeBack(id: Uuid, now: number): Promise<void> {
    const busy = this.state.busy
    if (busy?.on === 'request' && busy.ids.includes(id)) return
    if (!(await this.disk.undo(id, this.wall(now)))) return
    this.recorded.delete(id)
    this.undone.add(id)
    this.tell({ type: 'outbox', ...(await this.disk.outbox()) }, now)
    this.spread('recorded', now)
  }

  due(now: number): boolean {
    return this.wakeAt !== null && now - this.bootAt >= this.wakeAt
  }
}
