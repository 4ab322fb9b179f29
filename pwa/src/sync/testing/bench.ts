/** One engine on a workbench: tell it things, answer its requests, look at what it asked for. */
import type { Effect, Event, Op, RawAnswer, Stamp } from '../engine/events'
import { reduce } from '../engine/reduce'
import { CLOSED_STATE, NEW_META } from '../engine/state'
import type { Item, Meta, State } from '../engine/state'
import type { PullPage, Verdict } from '../wire'

export const EPOCH = 'epoch-1'
const SERVER_TIME = '2026-11-23T10:00:00.000Z'
export const ENROLLED: Meta = { ...NEW_META, deviceId: 'device-1', epoch: EPOCH, cursor: 'c1', filled: true }

export function entry(seq: number, more: Partial<Item> = {}): Item {
  return {
    id: `m${seq}`, seq, type: 'visit.record', entity: `e${seq}`, dependsOn: [], size: 1200, place: 'waiting', recordedAt: 0,
    undoUntil: 0, attempts: 0, code: null, message: null, heldAt: null, ...more,
  }
}

type RequestEffect = Extract<Effect, { do: 'request' }>
type PushEffect = Extract<Effect, { kind: 'push' }>

export class Bench {
  state: State = CLOSED_STATE
  effects: Effect[] = []
  wall = Date.parse(SERVER_TIME)
  mono = 0
  rand = 0.5
  private serial = 0

  constructor(items: Item[] = [], meta: Partial<Meta> = {}) {
    this.tell({ type: 'lock', held: true })
    this.tell({ type: 'loaded', meta: { ...ENROLLED, ...meta }, items, resolved: [] })
  }

  stamp(): Stamp {
    return { wall: this.wall, mono: this.mono, bootId: 'boot-1', rand: this.rand, uuid: `batch-${++this.serial}` }
  }

  tell(event: Event): Effect[] {
    const [state, effects] = reduce(this.state, event, this.stamp())
    this.state = state
    this.effects.push(...effects)
    return effects
  }

  pass(ms: number): Effect[] {
    this.mono += ms
    this.wall += ms
    return this.tell({ type: 'wake' })
  }

  /** The request now under way. */
  get request(): RequestEffect | null {
    const busy = this.state.busy
    if (busy?.on !== 'request') return null
    return this.effects.findLast((effect): effect is RequestEffect => effect.do === 'request' && effect.rid === busy.rid) ?? null
  }

  get push(): PushEffect {
    const request = this.request
    if (request?.kind !== 'push') throw new Error(`no push under way but ${JSON.stringify(this.state.busy)}`)
    return request
  }

  answer(raw: Partial<RawAnswer>): Effect[] {
    const rid = this.request?.rid ?? -1
    return this.tell({
      type: 'answer', rid,
      raw: {
        status: 200, failure: null, json: null, isJson: true, protocol: '1', retryAfterS: null, sentWall: this.wall, gotWall: this.wall,
        sentMono: this.mono, gotMono: this.mono, sentBytes: 500, ...raw,
      },
    })
  }

  verdicts(verdicts: Verdict[], more: object = {}): Effect[] {
    return this.answer({ json: { batch_id: this.push.batchId, epoch: EPOCH, server_time: SERVER_TIME, verdicts, pull: SAME, ...more } })
  }

  applied(ids: string[]): Effect[] {
    return this.verdicts(ids.map((id, i) => ({ mutation_id: id, verdict: 'applied', versions: {}, seq: i + 1 })))
  }

  page(more: Partial<PullPage> = {}): Effect[] {
    return this.answer({ json: { ...PAGE, ...more } })
  }

  get ops(): Op[] {
    const busy = this.state.busy
    const store = this.effects.findLast((effect) => effect.do === 'store')
    return busy?.on === 'store' && store?.do === 'store' ? store.ops : []
  }

  stored(more: object = {}): Effect[] {
    const busy = this.state.busy
    return this.tell({ type: 'stored', tid: busy?.on === 'store' ? busy.tid : -1, ...more })
  }

  get waiting(): string[] {
    return this.state.items.filter((item) => item.place === 'waiting').map((item) => item.id)
  }
}

export const SAME = { same: true, epoch: EPOCH, server_time: SERVER_TIME }
export const PAGE: PullPage = {
  epoch: EPOCH, scope_version: 1, scope_digest: 'd1', changes: [], next_cursor: 'c2', more: false, server_time: SERVER_TIME,
}

export const ENROL = {
  device_id: 'device-1', epoch: EPOCH, seal: { key_id: 'k', public_key: 'p', suite: 's' }, lease_hours: 72, server_time: SERVER_TIME, access_token: 't',
}

/** A phone that has nothing to send and has just heard that nothing is new. */
export function atRest(items: Item[] = [], meta: Partial<Meta> = {}): Bench {
  const bench = new Bench([], meta)
  bench.answer({ json: SAME })
  bench.stored()
  for (const item of items) bench.tell({ type: 'recorded', item })
  return bench
}
