// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atRest, Bench, ENROL, ENROLLED, entry, EPOCH, PAGE, SAME } from './bench'
import { offsetNow } from '../engine/clock'
import { reduce } from '../engine/reduce'
import { leftHere, say } from '../engine/say'
import { MAX_BYTES } from '../engine/state'
import type { Event, RawAnswer } from '../engine/events'

const PORTAL: Partial<RawAnswer> = { status: 200, isJson: false, protocol: null, json: null }
const error = (status: number, code: string, details: object = {}): Partial<RawAnswer> => ({ status, json: { error: code, message: '', details } })
const status = (bench: Bench): ReturnType<typeof say> =>
  say(bench.state, { wall: bench.wall, mono: bench.mono, bootId: 'boot-1', photosWaiting: 0, photosRefused: 0, persisted: 'unknown', storageTight: false, listLocked: false })

describe('P3 a push', () => {
  it('goes out oldest first', () => {
    const bench = new Bench([entry(3), entry(1), entry(2)])
    expect(bench.push.ids).toEqual(['m1', 'm2', 'm3'])
  })

  it('holds no more than five hundred entries', () => {
    const bench = new Bench(Array.from({ length: 700 }, (_, i) => entry(i + 1, { size: 10 })))
    expect(bench.push.ids).toHaveLength(500)
  })

  it('holds no more than about 256 KB after compression', () => {
    const bench = new Bench(Array.from({ length: 100 }, (_, i) => entry(i + 1, { size: 20_000 })))
    expect(bench.push.ids.length * 20_000 * bench.state.ratio).toBeLessThanOrEqual(MAX_BYTES)
  })

  it('is halved, and learns, when the compressed body turns out too large', () => {
    const bench = new Bench(Array.from({ length: 8 }, (_, i) => entry(i + 1, { size: 60_000 })))
    const before = bench.push.ids.length
    bench.tell({ type: 'oversize', rid: bench.push.rid, bytes: 300_000 })
    expect(bench.push.ids.length).toBeLessThan(before)
  })

  it.each([413, 414, 431])('is halved at once after a %i', (code) => {
    const bench = new Bench([entry(1), entry(2), entry(3), entry(4)])
    bench.answer({ status: code, isJson: false, protocol: null })
    expect(bench.push.ids).toEqual(['m1', 'm2'])
  })

  it('is halved after a time-out', () => {
    const bench = new Bench([entry(1), entry(2), entry(3), entry(4)])
    bench.answer({ status: 0, failure: 'timeout' })
    bench.pass(3_600_000)
    expect(bench.push.ids).toEqual(['m1', 'm2'])
  })

  it('shows a single entry that is too large and goes on with the rest', () => {
    const bench = new Bench([entry(1), entry(2)])
    bench.answer({ status: 413 })
    bench.answer({ status: 413 })
    expect(bench.push.ids).toEqual(['m2'])
    expect(status(bench)).toMatchObject({ flagged: 1, waiting: 2 })
  })

  it('grows again after it worked', () => {
    const bench = new Bench(Array.from({ length: 8 }, (_, i) => entry(i + 1)))
    bench.answer({ status: 413 })
    bench.answer({ status: 413 })
    expect(bench.push.ids).toHaveLength(2)
    bench.applied(['m1', 'm2'])
    bench.stored()
    expect(bench.push.ids).toHaveLength(4)
  })
})

describe('P3 an answer moves nothing', () => {
  const cases: [string, Partial<RawAnswer>][] = [
    ['when it never came', { status: 0, failure: 'network' }],
    ['when it is a log-in page with status 200', PORTAL],
    ['when it is JSON without our header', { protocol: null, json: { ok: true } }],
    ['when it is 204', { status: 204, isJson: false }],
    ['when its JSON was cut', { isJson: false }],
    ['when it is a gateway error', { status: 502, isJson: false, protocol: null }],
    ['when it is 400', error(400, 'request.malformed')],
    ['when it is 429', { ...error(429, 'rate.limited'), retryAfterS: 30 }],
  ]
  it.each(cases)('%s', (_name, raw) => {
    const bench = new Bench([entry(1), entry(2)])
    bench.answer(raw)
    expect(bench.waiting).toEqual(['m1', 'm2'])
    expect(bench.state.busy).toBeNull()
    expect(bench.effects.some((effect) => effect.do === 'store')).toBe(false)
  })

  const verdict = { mutation_id: 'm1', verdict: 'applied', versions: {}, seq: 1 } as const
  const bodies: [string, (batch: string) => object][] = [
    ['when it answers another batch', () => ({ batch_id: 'other', epoch: EPOCH, server_time: PAGE.server_time, verdicts: [verdict] })],
    ['when a verdict is missing', (batch) => ({ batch_id: batch, epoch: EPOCH, server_time: PAGE.server_time, verdicts: [] })],
    ['when a verdict is about another entry', (batch) => ({ batch_id: batch, epoch: EPOCH, server_time: PAGE.server_time, verdicts: [{ ...verdict, mutation_id: 'm9' }] })],
    ['when a verdict is of an unknown kind', (batch) => ({ batch_id: batch, epoch: EPOCH, server_time: PAGE.server_time, verdicts: [{ mutation_id: 'm1', verdict: 'fine' }] })],
    ['when it speaks of another epoch', (batch) => ({ batch_id: batch, epoch: 'other', server_time: PAGE.server_time, verdicts: [verdict] })],
  ]
  it.each(bodies)('%s', (_name, json) => {
    const bench = new Bench([entry(1)])
    bench.answer({ json: json(bench.push.batchId) })
    expect(bench.waiting).toEqual(['m1'])
    expect(bench.ops).toEqual([])
  })

  it('says that this network wants a log-in when a portal answered', () => {
    const bench = new Bench([entry(1)])
    bench.answer(PORTAL)
    expect(status(bench).pause).toBe('portal')
  })
})

describe('P4 verdicts', () => {
  it('applied moves the entry to the archive once that is on disk, and not before', () => {
    const bench = new Bench([entry(1)])
    bench.applied(['m1'])
    expect(bench.waiting).toEqual(['m1'])
    expect(bench.ops[0]).toMatchObject({ op: 'archive', id: 'm1', seq: 1 })
    bench.stored()
    expect(bench.waiting).toEqual([])
    expect(status(bench).received.map((one) => one.mutation_id)).toEqual(['m1'])
  })

  it('nothing has moved when the disk refused, and the entry is sent again', () => {
    const bench = new Bench([entry(1)])
    bench.applied(['m1'])
    bench.tell({ type: 'store_failed', tid: bench.state.busy?.on === 'store' ? bench.state.busy.tid : -1 })
    bench.pass(3_600_000)
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('duplicate counts as what the first answer was', () => {
    const bench = new Bench([entry(1), entry(2)])
    bench.verdicts([
      { mutation_id: 'm1', verdict: 'duplicate', original: { mutation_id: 'm1', verdict: 'applied', versions: {}, seq: 7 } },
      { mutation_id: 'm2', verdict: 'duplicate', original: { mutation_id: 'm2', verdict: 'rejected', code: 'not_assigned', message: '' } },
    ])
    bench.stored()
    expect(bench.state.items.map((item) => [item.id, item.place])).toEqual([['m2', 'held']])
  })

  it('rejected and conflict stay in sight until their resolution was pulled', () => {
    const bench = new Bench([entry(1), entry(2)])
    bench.verdicts([
      { mutation_id: 'm1', verdict: 'rejected', code: 'not_assigned', message: '' },
      { mutation_id: 'm2', verdict: 'conflict', server_version: 3, fields: ['assignee'] },
    ])
    bench.stored()
    expect(status(bench).attention.map((one) => one.code)).toEqual(['not_assigned', 'conflict'])
    bench.tell({ type: 'trigger', why: 'button' })
    bench.page({ changes: [{ entity: 'attention', id: 'a1', version: 2, op: 'put', row: { mutation_id: 'm1', state: 'accepted' } }] })
    bench.stored({ digest: 'd1' })
    expect(status(bench).attention.map((one) => one.mutation_id)).toEqual(['m2'])
  })

  it('a case that was settled before its verdict arrived is not shown for ever', () => {
    const bench = new Bench([], {})
    bench.page({ changes: [{ entity: 'attention', id: 'a1', version: 2, op: 'put', row: { mutation_id: 'm1', state: 'closed' } }] })
    bench.stored({ digest: 'd1' })
    bench.tell({ type: 'recorded', item: entry(1) })
    bench.verdicts([{ mutation_id: 'm1', verdict: 'rejected', code: 'not_assigned', message: '' }])
    bench.stored()
    expect(bench.state.items).toEqual([])
  })

  it('an entry refused and settled in one answer is in sight until the next start', () => {
    const bench = new Bench([entry(1)])
    const row = { mutation_id: 'm1', state: 'closed' }
    bench.verdicts([{ mutation_id: 'm1', verdict: 'rejected', code: 'task_taken', message: '' }],
      { pull: { ...PAGE, changes: [{ entity: 'attention', id: 'a1', version: 2, op: 'put', row }] } })
    bench.stored({ digest: 'd1' })
    expect(status(bench).attention.map((one) => one.code)).toEqual(['task_taken'])
    bench.tell({ type: 'loaded', meta: ENROLLED, items: bench.state.items, resolved: ['m1'] })
    expect(bench.ops).toMatchObject([{ op: 'archive', id: 'm1' }])
    bench.stored()
    expect(status(bench).attention).toEqual([])
  })

  it('retry is not final: the entry waits, others go, and there is no last try', () => {
    const bench = new Bench([entry(1), entry(2)])
    bench.verdicts([
      { mutation_id: 'm1', verdict: 'retry', after_s: 5 },
      { mutation_id: 'm2', verdict: 'applied', versions: {}, seq: 2 },
    ])
    bench.stored()
    for (let i = 0; i < 30; i++) {
      bench.pass(3_600_000)
      if (bench.request?.kind === 'pull') {
        bench.answer({ json: SAME })
        bench.stored()
      }
      expect(bench.push.ids).toEqual(['m1'])
      bench.verdicts([{ mutation_id: 'm1', verdict: 'retry', after_s: 5 }])
      bench.stored()
    }
    expect(bench.waiting).toEqual(['m1'])
    expect(status(bench).flagged).toBe(1)
  })

  it('one bad entry holds back only what hangs on it', () => {
    const bench = new Bench([entry(1, { entity: 'x' })])
    bench.verdicts([{ mutation_id: 'm1', verdict: 'retry', after_s: 60 }])
    bench.stored()
    bench.tell({ type: 'recorded', item: entry(2, { entity: 'x' }) })
    expect(bench.request).toBeNull()
    bench.tell({ type: 'recorded', item: entry(3, { dependsOn: ['m1'] }) })
    expect(bench.request).toBeNull()
    bench.tell({ type: 'recorded', item: entry(4) })
    expect(bench.push.ids).toEqual(['m4'])
  })

  it('an entry that depends on another goes with it or after it, never before', () => {
    const bench = new Bench([entry(1, { dependsOn: ['m2'] }), entry(2)])
    expect(bench.push.ids).toEqual(['m2'])
  })

  it('back-off grows from a second to a quarter of an hour and never beyond', () => {
    const bench = new Bench([entry(1)])
    bench.rand = 0.999999
    const waits: number[] = []
    for (let i = 0; i < 14; i++) {
      bench.answer({ status: 0, failure: 'network' })
      waits.push(bench.state.retryAt - bench.mono)
      bench.pass(waits.at(-1) ?? 0)
    }
    expect(waits[0]).toBeLessThanOrEqual(2000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(900_000)
    expect(waits.at(-1)).toBeGreaterThan(890_000)
  })

  it('an entry that makes the server fall over is found, set aside, and the others pass', () => {
    const bench = new Bench([entry(1), entry(2), entry(3), entry(4)])
    const sent = new Set<string>()
    for (let i = 0; i < 40 && bench.waiting.length > 1; i++) {
      if (bench.request?.kind === 'pull') {
        bench.answer({ json: SAME })
        bench.stored()
      }
      if (bench.request?.kind !== 'push') {
        bench.pass(900_000)
        continue
      }
      const { ids } = bench.push
      if (ids.includes('m2')) bench.answer(error(500, 'server.error'))
      else {
        ids.forEach((id) => sent.add(id))
        bench.applied(ids)
        bench.stored()
      }
    }
    expect([...sent].sort()).toEqual(['m1', 'm3', 'm4'])
    expect(bench.waiting).toEqual(['m2'])
  })
})

describe('an entry that may be taken back', () => {
  it('is kept on the phone until its time is over', () => {
    const bench = atRest()
    bench.tell({ type: 'recorded', item: entry(1, { recordedAt: bench.wall, undoUntil: bench.wall + 10_000 }) })
    expect(bench.request).toBeNull()
    bench.pass(10_000)
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('is not kept for years by a clock that was set back', () => {
    const bench = atRest()
    const item = entry(1, { recordedAt: bench.wall, undoUntil: bench.wall + 10_000 })
    bench.wall -= 3 * 365 * 86_400_000
    bench.tell({ type: 'recorded', item })
    expect(bench.push.ids).toEqual(['m1'])
  })
})

describe('P6 and P7 a page', () => {
  it('is stored with its cursor in one transaction', () => {
    const bench = new Bench()
    bench.page({ changes: [{ entity: 'household', id: 'h1', version: 1, op: 'put', row: {} }] })
    expect(bench.ops.map((op) => op.op)).toEqual(['rows', 'prune_archive', 'meta'])
    expect(bench.ops.at(-1)).toMatchObject({ set: { cursor: 'c2' } })
    expect(bench.state.meta.cursor).toBe('c1')
    bench.stored({ digest: 'd1' })
    expect(bench.state.meta.cursor).toBe('c2')
  })

  it('is followed by the next one until there is no more', () => {
    const bench = new Bench()
    bench.page({ more: true })
    bench.stored()
    expect(bench.request).toMatchObject({ kind: 'pull', cursor: 'c2' })
  })

  it('whose digest differs from what is stored makes the phone ask for the list and drop the rest', () => {
    const bench = new Bench()
    bench.page()
    bench.stored({ digest: 'something else' })
    expect(bench.request).toMatchObject({ kind: 'scope' })
    bench.answer({ json: { household_ids: ['h1'], scope_digest: 'd1' } })
    expect(bench.ops[0]).toEqual({ op: 'keep_only', households: ['h1'] })
  })

  it('pulls from the start once when the list names a household that is missing here', () => {
    const bench = new Bench()
    bench.page()
    bench.stored({ digest: 'other' })
    bench.answer({ json: { household_ids: ['h1'], scope_digest: 'd1' } })
    bench.stored({ households: [] })
    expect(bench.request).toMatchObject({ kind: 'pull', cursor: null })
    bench.page()
    bench.stored({ digest: 'other' })
    bench.answer({ json: { household_ids: ['h1'], scope_digest: 'd1' } })
    bench.stored({ households: [] })
    expect(bench.request).toBeNull()
  })

  it('from the start takes the place of all that was held, because it does not say what was deleted', () => {
    const bench = new Bench([], { cursor: null, filled: true })
    bench.page({ more: true })
    expect(bench.ops.map((op) => op.op)).toEqual(['drop_replica', 'rows', 'prune_archive', 'meta'])
    bench.stored()
    expect(bench.state.meta.filled).toBe(false)
    bench.page({ next_cursor: 'c3' })
    expect(bench.ops.map((op) => op.op)).toEqual(['rows', 'prune_archive', 'meta'])
    bench.stored()
    expect(bench.state.meta.filled).toBe(true)
  })

  it('comes before the list of homes is asked for by the tab that takes over, and spares it when the digest agrees', () => {
    const bench = atRest()
    bench.tell({ type: 'lock', held: true, now: { meta: { ...bench.state.meta, filled: true }, items: [], resolved: [] } })
    expect(bench.request).toMatchObject({ kind: 'pull', cursor: 'c1' })
    bench.page()
    bench.stored({ digest: 'd1' })
    expect(bench.request).toBeNull()
  })

  it('that brings nothing leaves the tab that takes over with asking for the list of homes', () => {
    const bench = atRest()
    bench.tell({ type: 'lock', held: true, now: { meta: { ...bench.state.meta, filled: true }, items: [], resolved: [] } })
    bench.answer({ json: SAME })
    bench.stored()
    expect(bench.request).toMatchObject({ kind: 'scope' })
  })

  it('keeps fields a newer server has added', () => {
    const bench = new Bench()
    bench.page({ changes: [{ entity: 'household', id: 'h1', version: 1, op: 'put', row: { new_field: 7 } }] })
    expect(bench.ops[0]).toMatchObject({ changes: [{ row: { new_field: 7 } }] })
  })

  it('too old for the server makes the phone start over', () => {
    const bench = new Bench()
    bench.answer(error(410, 'sync.resync'))
    expect(bench.ops[0]).toEqual({ op: 'drop_replica' })
    bench.stored()
    expect(bench.request).toMatchObject({ kind: 'pull', cursor: null })
  })
})

describe('P8 after a restore', () => {
  it('the archive goes back to the outbox, the replica goes, and everything is pulled again', () => {
    const bench = new Bench([entry(2)])
    bench.answer(error(409, 'sync.epoch_changed', { epoch: 'epoch-2', backed_up: { a: 3 } }))
    expect(bench.ops).toEqual([
      { op: 'restore_archive', backedUp: { a: 3 } }, { op: 'drop_replica' },
      { op: 'meta', set: { epoch: 'epoch-2', cursor: null, filled: false, receipt: null } },
    ])
    bench.stored({ items: [entry(1), entry(2)], nextSeq: 3 })
    expect(bench.push).toMatchObject({ ids: ['m1', 'm2'], epoch: 'epoch-2', cursor: null })
  })

  it('a pull from the start notices it too', () => {
    const bench = new Bench([], { cursor: null })
    bench.page({ epoch: 'epoch-2' })
    expect(bench.ops[0]).toEqual({ op: 'restore_archive', backedUp: null })
  })
})

describe('P9 an app that is too old', () => {
  it('stops pulling, says so, and still hands in', () => {
    const bench = new Bench()
    bench.answer(error(426, 'sync.client_too_old'))
    expect(status(bench).pause).toBe('too_old')
    bench.tell({ type: 'recorded', item: entry(1) })
    expect(bench.push).toMatchObject({ ids: ['m1'], wantPull: false })
  })
})

describe('P11 the clock', () => {
  it('is measured against the middle of the request', () => {
    const bench = new Bench()
    const server = Date.parse(PAGE.server_time)
    bench.answer({ json: SAME, sentWall: server - 60_000 - 400, gotWall: server - 60_000, sentMono: 0, gotMono: 400 })
    bench.stored()
    expect(bench.state.meta.clock?.offsetMs).toBe(60_200)
  })

  it('is not measured by an answer that took ten seconds', () => {
    const bench = new Bench()
    bench.answer({ json: SAME, sentMono: 0, gotMono: 10_000 })
    bench.stored()
    expect(bench.state.meta.clock).toBeNull()
  })

  it('that was changed while the page was open is seen by steady time', () => {
    const clock = { offsetMs: 0, bootId: 'b', wallMs: 1_000_000, monoMs: 0 }
    expect(offsetNow(clock, { wall: 1_000_000 + 5000 - 3_600_000, mono: 5000, bootId: 'b' })).toBe(3_600_000)
  })

  it('shows a banner beyond five minutes and blocks nothing', () => {
    const bench = new Bench()
    bench.wall -= 3 * 365 * 86_400_000
    bench.answer({ json: SAME })
    bench.stored()
    expect(Math.abs(status(bench).clockSkewMs ?? 0)).toBeGreaterThan(300_000)
    bench.tell({ type: 'recorded', item: entry(1) })
    expect(bench.push.ids).toEqual(['m1'])
  })
})

describe('P12 a log-in that ran out', () => {
  it('is renewed silently once and the same entries go again', () => {
    const bench = new Bench([entry(1)])
    const effects = bench.answer(error(401, 'auth.expired'))
    expect(effects).toContainEqual(expect.objectContaining({ do: 'refresh' }))
    bench.tell({ type: 'refreshed', rid: bench.state.busy?.on === 'refresh' ? bench.state.busy.rid : -1, outcome: 'ok' })
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('does not loop when the fresh token is refused too: it waits for a person and keeps everything', () => {
    const bench = new Bench([entry(1)])
    bench.answer(error(401, 'auth.expired'))
    bench.tell({ type: 'refreshed', rid: bench.state.busy?.on === 'refresh' ? bench.state.busy.rid : -1, outcome: 'ok' })
    bench.answer(error(401, 'auth.expired'))
    expect(status(bench)).toMatchObject({ pause: 'login', waiting: 1 })
    bench.pass(86_400_000)
    expect(bench.request).toBeNull()
    bench.tell({ type: 'session_renewed' })
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('a revoked phone drops what it held, hands in what waits, and is wiped after that', () => {
    const bench = new Bench([entry(1)])
    bench.answer(error(403, 'sync.device_revoked', { wipe: true }))
    expect(bench.ops[0]).toEqual({ op: 'drop_replica' })
    bench.stored()
    expect(bench.push).toMatchObject({ ids: ['m1'], wantPull: false })
    expect(bench.effects.some((effect) => effect.do === 'wipe')).toBe(false)
    bench.verdicts([{ mutation_id: 'm1', verdict: 'rejected', code: 'device_revoked', message: '' }])
    bench.stored()
    expect(bench.push).toMatchObject({ ids: [] })
    expect(leftHere(bench.state, [], 0)).toBe('0')
    bench.verdicts([])
    bench.stored()
    expect(bench.effects.at(-1)).toEqual({ do: 'wipe' })
  })

  it('a phone whose renewal is refused because it was taken back drops what it held and hands in the rest', () => {
    const bench = new Bench([entry(1)])
    bench.answer(error(401, 'auth.expired'))
    bench.tell({ type: 'refreshed', rid: bench.state.busy?.on === 'refresh' ? bench.state.busy.rid : -1, outcome: 'revoked' })
    expect(bench.ops[0]).toEqual({ op: 'drop_replica' })
    bench.stored()
    expect(bench.push).toMatchObject({ ids: ['m1'] })
  })

  it('clears itself also when its last word does not arrive', () => {
    const bench = new Bench([])
    bench.answer(error(403, 'sync.device_revoked', { wipe: true }))
    bench.stored()
    expect(bench.push).toMatchObject({ ids: [] })
    bench.answer(error(401, 'auth.expired'))
    bench.tell({ type: 'refreshed', rid: bench.state.busy?.on === 'refresh' ? bench.state.busy.rid : -1, outcome: 'revoked' })
    bench.pass(60_000)
    expect(bench.effects.some((effect) => effect.do === 'wipe')).toBe(true)
  })

  it('a new phone is told once what its person’s phones before it never handed in; one that was known is not', () => {
    const told = { entries: 2, heard_at: '2026-11-20T10:00:00.000Z', here: true }
    const enrolled = { device_id: 'device-2', epoch: EPOCH, seal: { key_id: 'k', public_key: 'p', suite: 's' }, lease_hours: 72, server_time: '2026-11-23T10:00:00.000Z', access_token: 't', left_behind: told }
    for (const [known, meta] of [[null, { deviceId: null, epoch: null, cursor: null }], ['device-1', {}]] as const) {
      const bench = new Bench([], meta)
      if (known !== null) bench.answer({ status: 403, json: { error: 'sync.device_unknown', message: '' } })
      if (known !== null) bench.pass(60_000)
      expect(bench.request).toMatchObject({ kind: 'enrol' })
      bench.answer({ status: 201, json: enrolled })
      bench.stored()
      expect(bench.state.meta.leftBehind).toEqual(known === null ? told : null)
      bench.tell({ type: 'left_behind_seen' })
      expect(bench.state.meta.leftBehind).toBe(null)
    }
  })

  it('says that the server should be heard once a day where the browser promised to keep nothing', () => {
    const bench = new Bench([], { lastContact: Date.parse('2026-11-23T10:00:00.000Z') })
    const due = (persisted: 'denied' | 'granted', hours: number) => say(bench.state, {
      wall: bench.wall + hours * 3600_000, mono: 0, bootId: 'boot-1', photosWaiting: 0, photosRefused: 0, persisted, storageTight: false, listLocked: false,
    }).contactDue
    expect([due('denied', 23), due('denied', 25), due('granted', 25)]).toEqual([false, true, false])
  })

  it('a phone the server no longer knows enrols again and hands in everything under new numbers', () => {
    const bench = new Bench([entry(4)])
    bench.answer(error(403, 'sync.device_unknown'))
    bench.pass(60_000)
    expect(bench.request).toMatchObject({ kind: 'enrol' })
    bench.answer({ status: 201, json: { ...ENROL, device_id: 'device-2' } })
    expect(bench.ops.map((op) => op.op)).toEqual(['restore_archive', 'renumber', 'drop_replica', 'meta'])
    bench.stored({ items: [entry(1)], nextSeq: 2 })
    expect(bench.push).toMatchObject({ ids: ['m1'], deviceId: 'device-2' })
  })

  it('a new log-in that only lacked its phone goes on where it was', () => {
    const bench = new Bench([entry(4)])
    bench.answer(error(403, 'sync.device_unknown'))
    bench.pass(60_000)
    bench.answer({ status: 201, json: ENROL })
    expect(bench.ops.map((op) => op.op)).toEqual(['meta'])
    bench.stored()
    expect(bench.push).toMatchObject({ ids: ['m4'], cursor: 'c1' })
  })
})

describe('P14 and P15 when it tries', () => {
  it('does nothing while another tab sends', () => {
    const bench = atRest()
    bench.tell({ type: 'lock', held: false })
    bench.tell({ type: 'recorded', item: entry(1) })
    expect(bench.request).toBeNull()
    bench.tell({ type: 'lock', held: true })
    expect(bench.push.ids).toEqual(['m1'])
  })

  it.each(['button', 'visible', 'online'] as const)('tries again on %s without waiting for the back-off', (why) => {
    const bench = new Bench([entry(1)])
    for (let i = 0; i < 8; i++) {
      bench.answer({ status: 0, failure: 'network' })
      bench.pass(900_000)
    }
    bench.answer({ status: 0, failure: 'network' })
    bench.mono += 6000
    bench.tell({ type: 'trigger', why })
    bench.pass(2000)
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('does not knock in the same moment as the whole village when the signal comes back', () => {
    const bench = atRest()
    bench.rand = 0.5
    bench.tell({ type: 'trigger', why: 'online' })
    expect(bench.request).toBeNull()
    bench.pass(1000)
    expect(bench.request).toMatchObject({ kind: 'pull' })
  })

  it('waits as long as the server asked, whatever is pressed', () => {
    const bench = new Bench([entry(1)])
    bench.answer({ ...error(503, 'server.busy'), retryAfterS: 60 })
    bench.mono += 30_000
    bench.tell({ type: 'trigger', why: 'button' })
    expect(bench.request).toBeNull()
    bench.pass(60_000)
    expect(bench.push.ids).toEqual(['m1'])
  })

  it('asks for news now and then while it is open', () => {
    const bench = atRest()
    expect(bench.request).toBeNull()
    bench.pass(180_000)
    expect(bench.request).toMatchObject({ kind: 'pull' })
  })
})

describe('P17 one round trip', () => {
  it('is one request when the evening fits into it', () => {
    const bench = new Bench(Array.from({ length: 200 }, (_, i) => entry(i + 1)))
    expect(bench.push).toMatchObject({ wantPull: true, cursor: 'c1' })
    bench.applied(bench.push.ids)
    bench.stored()
    expect(bench.effects.filter((effect) => effect.do === 'request')).toHaveLength(1)
    expect(bench.request).toBeNull()
  })
})

describe('for any history', () => {
  const anEvent: fc.Arbitrary<(bench: Bench) => Event> = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((seq) => (): Event => ({ type: 'recorded', item: entry(seq) })),
    fc.constantFrom('online', 'visible', 'button', 'recorded').map((why) => (): Event => ({ type: 'trigger', why } as Event)),
    fc.constant((): Event => ({ type: 'wake' })),
    fc.boolean().map((held) => (): Event => ({ type: 'lock', held })),
    fc.record({
      status: fc.constantFrom(0, 200, 204, 302, 400, 401, 403, 409, 410, 413, 426, 429, 500, 503), isJson: fc.boolean(),
      protocol: fc.constantFrom('1', null), failure: fc.constantFrom(null, 'network', 'timeout' as const),
      json: fc.oneof(fc.jsonValue(), fc.record({ error: fc.constantFrom('sync.epoch_changed', 'auth.expired', 'sync.device_revoked'), batch_id: fc.string(), verdicts: fc.array(fc.jsonValue()) })),
    }).map((raw) => (bench: Bench): Event => ({
      type: 'answer', rid: bench.state.nextId - 1,
      raw: { retryAfterS: null, sentWall: 0, gotWall: 0, sentMono: 0, gotMono: 0, sentBytes: 0, ...raw },
    })),
    fc.constantFrom('ok', 'refused', 'revoked', 'portal', 'unreachable').map((outcome) => (bench: Bench): Event => ({ type: 'refreshed', rid: bench.state.nextId - 1, outcome } as Event)),
    fc.constant((bench: Bench): Event => ({ type: 'stored', tid: bench.state.nextId - 1 })),
    fc.constant((bench: Bench): Event => ({ type: 'store_failed', tid: bench.state.nextId - 1 })),
  )

  it('without a believed verdict no entry ever leaves the outbox', () => {
    fc.assert(fc.property(fc.array(anEvent, { maxLength: 60 }), (events) => {
      const bench = new Bench([entry(1), entry(2)])
      for (const event of events) {
        bench.mono += 500_000
        bench.tell(event(bench))
      }
      expect(bench.waiting).toEqual(expect.arrayContaining(['m1', 'm2']))
      for (const effect of bench.effects) {
        if (effect.do === 'store') expect(effect.ops.filter((op) => op.op === 'archive' || op.op === 'hold')).toEqual([])
      }
    }), { numRuns: 500 })
  })

  it('at most one thing is under way', () => {
    fc.assert(fc.property(fc.array(anEvent, { maxLength: 60 }), (events) => {
      const bench = new Bench([entry(1)])
      for (const event of events) {
        bench.mono += 500_000
        const before = bench.state.busy
        const started = bench.tell(event(bench)).filter((effect) => effect.do === 'request' || effect.do === 'refresh' || effect.do === 'store')
        expect(started.length).toBeLessThanOrEqual(1)
        if (started.length === 1 && before !== null) expect(bench.state.busy).not.toBe(before)
      }
    }), { numRuns: 300 })
  })

  it('the order in which entries become known does not matter', () => {
    fc.assert(fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 7 }), (order) => {
      const bench = atRest()
      bench.tell({ type: 'lock', held: false })
      for (const seq of order) bench.tell({ type: 'recorded', item: entry(seq) })
      bench.tell({ type: 'lock', held: true })
      expect(bench.push.ids).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'])
    }))
  })

  it('an event that is told a second time changes nothing more', () => {
    fc.assert(fc.property(fc.constantFrom<'answer' | 'stored' | 'recorded'>('answer', 'stored', 'recorded'), (which) => {
      const bench = new Bench([entry(1)])
      const { rid, batchId } = bench.push
      const json = { batch_id: batchId, epoch: EPOCH, server_time: PAGE.server_time, verdicts: [{ mutation_id: 'm1', verdict: 'applied', versions: {}, seq: 1 }], pull: SAME }
      const answer: Event = {
        type: 'answer', rid,
        raw: { status: 200, failure: null, json, isJson: true, protocol: '1', retryAfterS: null, sentWall: 0, gotWall: 0, sentMono: 0, gotMono: 0, sentBytes: 0 },
      }
      bench.tell(answer)
      const stored: Event = { type: 'stored', tid: bench.state.busy?.on === 'store' ? bench.state.busy.tid : -1 }
      if (which !== 'answer') bench.tell(stored)
      const recorded: Event = { type: 'recorded', item: entry(5) }
      if (which === 'recorded') bench.tell(recorded)
      const again = which === 'answer' ? answer : which === 'stored' ? stored : recorded
      const [after, effects] = reduce(bench.state, again, bench.stamp())
      expect(after).toEqual(bench.state)
      expect(effects).toEqual([])
    }))
  })

  it('the same events at the same moments make the same state', () => {
    fc.assert(fc.property(fc.array(anEvent, { maxLength: 40 }), (events) => {
      const run = (): Bench => {
        const bench = new Bench([entry(1)], ENROLLED)
        for (const event of events) bench.tell(event(bench))
        return bench
      }
      expect(run().state).toEqual(run().state)
    }), { numRuns: 200 })
  })
})
