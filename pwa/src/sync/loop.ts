/**
 * Runs the engine in a page: feeds it what happened, stamped with clock and chance, and does
 * what it asks. All judgement is in the engine; this file only carries.
 */
import { pushBody, Oversize } from './line'
import type { Line } from './line'
import type { ProofMaker } from './index'
import type { Effect, Event, RawAnswer, Stamp } from './engine/events'
import { reduce } from './engine/reduce'
import { leftHere } from './engine/say'
import { CLOSED_STATE } from './engine/state'
import type { State } from './engine/state'
import { NoRoom } from '../db/idb'
import type { Committed, EntryStore } from '../db/store'

export interface Around {
  store: EntryStore
  line: Line
  refresh: (proof: ProofMaker) => Promise<'ok' | 'refused' | 'revoked' | 'portal' | 'unreachable'>
  appVersion: string
  label: string
  stamp: () => Stamp
  /** Memory follows the store: rows or entries changed on disk. */
  changed: (what: { rows: boolean; records: boolean }) => void
  /** The engine's state moved; status may differ now. */
  moved: () => void
  wipe: () => void
  /** The browser gives no more room; what was recorded is there, what was pulled stops at its last page. */
  noRoom: () => void
  killWorker: () => void
}

export class Loop {
  state: State = CLOSED_STATE
  private queue: Event[] = []
  private running = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private over = false

  constructor(private readonly around: Around) {}

  /** Takes one event after the other; an effect that answers at once only joins the queue. */
  tell(event: Event): void {
    if (this.over) return
    this.queue.push(event)
    if (this.running) return
    this.running = true
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) {
        const [state, effects] = reduce(this.state, next, this.around.stamp())
        this.state = state
        for (const effect of effects) this.carry(effect)
      }
    } finally {
      this.running = false
    }
    this.around.moved()
  }

  stop(): void {
    this.tell({ type: 'closed' })
    this.over = true
    if (this.timer) clearTimeout(this.timer)
  }

  private carry(effect: Effect): void {
    switch (effect.do) {
      case 'wake_at': {
        if (this.timer) clearTimeout(this.timer)
        const wait = Math.max(0, effect.mono - this.around.stamp().mono)
        this.timer = setTimeout(() => this.tell({ type: 'wake' }), Math.min(wait, 2 ** 31 - 1))
        return
      }
      case 'request':
        void this.request(effect)
        return
      case 'refresh':
        this.around.refresh(this.around.line.proof)
          .catch(() => 'unreachable' as const)
          .then((outcome) => this.tell({ type: 'refreshed', rid: effect.rid, outcome }))
        return
      case 'store':
        this.around.store.commit(effect.ops, effect.want).then(
          (committed: Committed) => {
            this.tell({ type: 'stored', tid: effect.tid, ...committed })
            const rows = effect.ops.some((op) => op.op === 'drop_replica' || op.op === 'keep_only' || (op.op === 'rows' && op.changes.length > 0))
            const records = effect.ops.some((op) => op.op === 'archive' || op.op === 'hold' || op.op === 'restore_archive' || op.op === 'renumber')
            if (rows || records) this.around.changed({ rows, records })
          },
          (error: unknown) => {
            if (error instanceof NoRoom) this.around.noRoom()
            this.tell({ type: 'store_failed', tid: effect.tid })
          },
        )
        return
      case 'kill_worker':
        this.around.killWorker()
        return
      case 'wipe':
        this.around.wipe()
    }
  }

  private async request(effect: Extract<Effect, { do: 'request' }>): Promise<void> {
    const { rid } = effect
    try {
      const raw = effect.kind === 'push' ? await this.push(effect) : await this.other(effect.kind, effect)
      if (raw) this.tell({ type: 'answer', rid, raw })
    } catch (error) {
      if (error instanceof Oversize) return this.tell({ type: 'oversize', rid, bytes: error.bytes })
      const { wall, mono } = this.around.stamp()
      this.tell({
        type: 'answer', rid,
        raw: {
          status: 0, failure: 'network', json: null, isJson: false, protocol: null, retryAfterS: null,
          sentWall: wall, gotWall: wall, sentMono: mono, gotMono: mono, sentBytes: 0,
        },
      })
    }
  }

  private async push(effect: Extract<Effect, { kind: 'push' }>): Promise<RawAnswer | null> {
    const { mutations, unreadable } = await this.around.store.mutations(effect.ids)
    if (unreadable.length > 0) {
      this.tell({ type: 'unreadable', rid: effect.rid, ids: unreadable })
      return null
    }
    const body = pushBody({ ...effect, appVersion: this.around.appVersion }, mutations)
    const left = leftHere(this.state, effect.ids, this.around.stamp().wall)
    return this.around.line.push(body, effect.maxBytes, { left, bare: this.state.meta.revoked })
  }

  private other(kind: 'enrol' | 'pull' | 'scope', effect: Extract<Effect, { do: 'request' }>): Promise<RawAnswer> {
    const { line, store, label } = this.around
    if (kind === 'enrol') return line.enrol(store.device.publicJwk, label)
    return kind === 'pull' && effect.kind === 'pull' ? line.pull(effect.cursor, leftHere(this.state, [], this.around.stamp().wall)) : line.scope()
  }
}
