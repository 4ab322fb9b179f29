/**
 * The server as the protocol describes it, in memory and without a database: the yardstick the
 * client engine is run against thousands of times, and the place where single protections
 * can be taken out to see whether the invariants notice.
 */
import { createHash } from 'node:crypto'
import { Chance } from './chance'
import type { CarriedFile, Control, Quirks, Request, Response, Row, Server, ServerSabotage, Setup, Truth } from './server'
import type { Change, FinalVerdict, Mutation, PullPage, PushRequest, Uuid, Verdict } from '../wire'

const AREA = '149900000001'

interface Logged {
  seq: number
  entity: string
  id: Uuid
  op: 'put' | 'tombstone'
  household: Uuid | null
  user: number | null
}

interface Case {
  id: Uuid
  mutation: Uuid
  user: number
  household: Uuid | null
  code: string
  state: 'open' | 'accepted' | 'closed'
  payload: Mutation
}

interface Data {
  epoch: string
  seq: number
  households: Record<Uuid, { version: number }>
  tasks: Record<Uuid, { version: number; assignee: number | null; household: Uuid }>
  visits: Record<Uuid, { household: Uuid; mutation: Uuid; state: string; user: number }>
  access: Record<number, Uuid[]>
  /** Raised with every change of what a person may see; part of the cursor. */
  scope: Record<number, number>
  log: Record<string, Logged>
  ledger: Record<Uuid, { hash: string; verdict: FinalVerdict }>
  cases: Record<Uuid, Case>
  effects: Record<Uuid, number>
  devices: Record<Uuid, { user: number; key: string; revoked: boolean; seqs: number[] }>
  seqKeys: Record<string, FinalVerdict>
  tries: Record<Uuid, number>
  backedUp: number | null
  /** For each epoch that a restore ended, the last change number of it that survived. */
  ended: Record<string, number>
}

class Died extends Error {}

export class ReferenceServer implements Server {
  private data!: Data
  private backup: Data | null = null
  private chance!: Chance
  private quirks!: Quirks
  private setup!: Setup

  constructor(private readonly sabotage: ServerSabotage | null = null) {}

  async reset(seed: number, quirks: Quirks): Promise<Setup> {
    this.chance = new Chance(seed ^ 0x5eed)
    this.quirks = quirks
    this.backup = null
    const ids = (n: number): Uuid[] => Array.from({ length: n }, () => this.chance.uuid(1_700_000_000_000))
    this.data = {
      epoch: this.chance.uuid(0), seq: 0, households: {}, tasks: {}, visits: {}, access: { 0: [], 1: [] }, scope: { 0: 1, 1: 1 }, log: {}, ledger: {},
      cases: {}, effects: {}, devices: {}, seqKeys: {}, tries: {}, backedUp: null, ended: {},
    }
    this.setup = { phones: [0, 0, 1], households: ids(6), tasks: ids(3) }
    this.log('area', AREA, 'put', null, null)
    for (const id of this.setup.households) {
      this.data.households[id] = { version: 1 }
      this.log('household', id, 'put', id, null)
    }
    this.setup.tasks.forEach((id, i) => {
      this.data.tasks[id] = { version: 1, assignee: null, household: this.setup.households[i] as Uuid }
      this.log('task', id, 'put', null, null)
    })
    this.setup.households.forEach((id, i) => this.assign(i % 2, id))
    return this.setup
  }

  async control(control: Control): Promise<void> {
    const { data } = this
    switch (control.do) {
      case 'assign':
        if (!data.access[control.user]?.includes(control.household)) this.assign(control.user, control.household)
        return
      case 'unassign':
        this.unassign(control.user, control.household)
        return
      case 'edit': {
        const household = data.households[control.household]
        if (household) {
          household.version += 1
          this.log('household', control.household, 'put', control.household, null)
        }
        return
      }
      case 'pool_task': {
        const id = this.chance.uuid(1_700_000_000_000)
        const household = this.chance.pick(this.setup.households) as Uuid
        data.tasks[id] = { version: 1, assignee: null, household }
        this.log('task', id, 'put', null, null)
        return
      }
      case 'settle': {
        const open = Object.values(data.cases).filter((one) => one.state === 'open')
        const one = open[control.n % Math.max(1, open.length)]
        if (!one) return
        one.state = control.how
        if (control.how === 'accepted' && one.payload.type === 'visit.record') this.visit(one.payload, one.user, 'accepted')
        this.log('attention', one.id, 'put', null, one.user)
        return
      }
      case 'backup':
        data.backedUp = data.seq
        this.backup = structuredClone(data)
        return
      case 'restore':
        if (!this.backup) return
        this.data = structuredClone(this.backup)
        this.data.ended[this.data.epoch] = this.data.seq
        if (this.sabotage !== 'same_epoch') this.data.epoch = this.chance.uuid(0)
        return
      case 'revoke':
        for (const device of Object.values(data.devices)) if (device.key === `key-${control.device}`) device.revoked = true
    }
  }

  async truth(): Promise<Truth> {
    const { data } = this
    return {
      epoch: data.epoch,
      applied: data.effects,
      quarantined: Object.values(data.cases).map((one) => one.mutation),
      open: Object.values(data.cases).filter((one) => one.state === 'open').map((one) => one.mutation),
      households: data.access,
    }
  }

  async request(request: Request, nowMs: number): Promise<Response> {
    const before = request.crash === 'before_commit' || this.sabotage === 'no_savepoint' ? structuredClone(this.data) : null
    try {
      const response = this.handle(request, nowMs)
      if (request.crash === 'before_commit' && before) {
        this.data = before
        return { ...response, died: true }
      }
      return { ...response, died: request.crash !== null }
    } catch (error) {
      if (error instanceof Died) return { ...answer(500, {}), died: true }
      if (before) this.data = before
      return answer(500, { error: 'server.error', message: '' })
    }
  }

  private handle(request: Request, nowMs: number): Response {
    const { data } = this
    const now = new Date(nowMs).toISOString()
    if (request.kind === 'enrol') {
      const key = `key-${request.device}`
      let id = Object.keys(data.devices).find((one) => data.devices[one]?.key === key)
      if (!id) {
        id = this.chance.uuid(nowMs)
        data.devices[id] = { user: request.user, key, revoked: false, seqs: [] }
      }
      const seal = { key_id: 'k1', public_key: 'none', suite: 'P256-HKDF-SHA256-AES256GCM' }
      return answer(201, { device_id: id, epoch: data.epoch, seal, lease_hours: 72, server_time: now, access_token: 'token' })
    }
    if (request.kind === 'courier') return this.courier(request.body as CarriedFile)
    const id = Object.keys(data.devices).find((one) => data.devices[one]?.key === `key-${request.device}`)
    const device = id === undefined ? undefined : data.devices[id]
    if (!device) return answer(403, { error: 'sync.device_unknown', message: '' })
    if (request.kind === 'push') return this.push(request, request.body as PushRequest, device, now)
    if (device.revoked) return answer(403, { error: 'sync.device_revoked', message: '', details: { wipe: true } })
    if (request.kind === 'scope') {
      const ids = [...(data.access[device.user] ?? [])].sort()
      return answer(200, { household_ids: ids, scope_digest: digest(ids) })
    }
    return this.pull(request.cursor, device, now)
  }

  /**
   * What of the phone's own epoch survived. Numbers of another epoch say nothing about it: after
   * a restore they are given out a second time.
   */
  private epochChanged(from: string): Response {
    const survived = this.sabotage === 'numbers_of_another_history' ? this.data.seq : this.data.ended[from]
    const backedUp = survived === undefined ? null : { [AREA]: survived }
    return answer(409, { error: 'sync.epoch_changed', message: '', details: { epoch: this.data.epoch, backed_up: backedUp } })
  }

  private backedUp(): Record<Uuid, number> | null {
    const { data } = this
    if (this.sabotage === 'backed_up_too_early') return { [AREA]: data.seq }
    return data.backedUp === null ? null : { [AREA]: data.backedUp }
  }

  // ── push ───────────────────────────────────────────────────────────────────────────

  private push(request: Request, body: PushRequest, device: Data['devices'][string], now: string): Response {
    const { data } = this
    if (body.epoch !== data.epoch) return this.epochChanged(body.epoch)
    if (body.mutations.length > this.quirks.maxCount) return answer(413, { error: 'sync.too_large', message: '' })
    const verdicts: Verdict[] = []
    body.mutations.forEach((mutation, i) => {
      verdicts.push(this.judge(mutation as Mutation, device, body.device_id))
      if (request.crash === 'between' && i === body.mutations.length - 1 && this.sabotage !== 'two_transactions') throw new Died()
    })
    const json: Record<string, unknown> = {
      batch_id: body.batch_id, epoch: data.epoch, server_time: now, verdicts, device: receipt(device.seqs),
    }
    let view: Row[] | null = null
    if (body.want_pull && !device.revoked) {
      const pulled = this.pull(body.cursor ?? null, device, now)
      json.pull = pulled.json
      view = pulled.view
    }
    // One commit a request: a death between two entries takes the whole request with it.
    return { ...answer(200, json), view }
  }

  private courier(file: CarriedFile): Response {
    const device = this.data.devices[file.device_id]
    if (!device || (!file.signed && this.sabotage !== 'unsigned_accepted')) return answer(422, { error: 'courier.not_recognised', message: '' })
    const verdicts = file.mutations.map((mutation) => this.judge(mutation, device, file.device_id))
    return answer(200, { waiting: verdicts.filter((one) => one.verdict === 'retry').length })
  }

  private judge(mutation: Mutation, device: Data['devices'][string], deviceId: Uuid): Verdict {
    const { data, sabotage } = this
    const id = mutation.mutation_id
    const seqKey = `${deviceId}:${mutation.device_seq}`
    if (sabotage === 'seq_is_key') {
      const original = data.seqKeys[seqKey]
      if (original) return { mutation_id: id, verdict: 'duplicate', original }
    } else if (sabotage !== 'no_ledger') {
      const known = data.ledger[id]
      if (known && known.hash === mutation.hash) return { mutation_id: id, verdict: 'duplicate', original: known.verdict }
    }
    if (this.quirks.locks && this.chance.often(0.1)) return { mutation_id: id, verdict: 'retry', after_s: 1 }
    if (mutation.depends_on.some((one) => !data.ledger[one])) return { mutation_id: id, verdict: 'retry', after_s: 2 }
    if ((mutation.payload as { opinion?: unknown }).opinion === 'poison') {
      if (sabotage === 'no_savepoint') throw new Error('poison')
      data.tries[id] = (data.tries[id] ?? 0) + 1
      if ((data.tries[id] ?? 0) < 5) return { mutation_id: id, verdict: 'retry', after_s: 1 }
    }
    const final = this.apply(mutation, device)
    data.seqKeys[seqKey] = final
    if (sabotage === 'two_transactions' && this.chance.often(0.1)) throw new Died()
    data.ledger[id] = { hash: mutation.hash, verdict: final }
    device.seqs.push(mutation.device_seq)
    if (final.verdict !== 'applied' && sabotage !== 'no_quarantine') this.quarantine(mutation, device.user, final)
    return final
  }

  private apply(mutation: Mutation, device: Data['devices'][string]): FinalVerdict {
    const { data } = this
    const id = mutation.mutation_id
    const rejected = (code: string): FinalVerdict => ({ mutation_id: id, verdict: 'rejected', code, message: code })
    const applied = (): FinalVerdict => {
      if (this.sabotage !== 'verdict_without_effect' || this.chance.often(0.7)) data.effects[id] = (data.effects[id] ?? 0) + 1
      return { mutation_id: id, verdict: 'applied', versions: {}, seq: data.seq, area_id: AREA }
    }
    if (device.revoked) return rejected('device_revoked')
    const payload = mutation.payload as { household_id?: Uuid; opinion?: unknown }
    if (payload.opinion === 'poison') return rejected('server_error')
    if (mutation.type === 'visit.record') {
      if (!data.access[device.user]?.includes(payload.household_id ?? '')) return rejected('not_assigned')
      this.visit(mutation, device.user, 'applied')
      return applied()
    }
    if (mutation.type === 'visit.amend') {
      const of = data.visits[(mutation.payload as { amends: Uuid }).amends]
      if (!of) return rejected('invalid')
      this.log('visit', (mutation.payload as { amends: Uuid }).amends, 'put', of.household, null)
      return applied()
    }
    const task = data.tasks[mutation.entity_id]
    if (!task) return rejected('invalid')
    const claim = mutation.type === 'task.claim'
    if (claim ? task.assignee !== null : task.assignee !== device.user) {
      return { mutation_id: id, verdict: 'conflict', server_version: task.version, fields: ['assignee'] }
    }
    task.assignee = claim ? device.user : null
    task.version += 1
    this.log('task', mutation.entity_id, 'put', claim ? task.household : null, null)
    return applied()
  }

  private visit(mutation: Mutation, user: number, state: string): void {
    const household = (mutation.payload as { household_id: Uuid }).household_id
    this.data.visits[mutation.entity_id] = { household, mutation: mutation.mutation_id, state, user }
    this.log('visit', mutation.entity_id, 'put', household, null)
    const row = this.data.households[household]
    if (row) row.version += 1
    this.log('household', household, 'put', household, null)
  }

  private quarantine(mutation: Mutation, user: number, final: Exclude<FinalVerdict, { verdict: 'applied' }>): void {
    const id = mutation.mutation_id
    const household = (mutation.payload as { household_id?: Uuid }).household_id ?? null
    const code = final.verdict === 'conflict' ? 'conflict' : final.code
    // One case an entry, under an id that is the same after a restore.
    // A lost claim is told to the volunteer and asks nothing of the committee.
    const state = mutation.type === 'task.claim' && code === 'conflict' ? 'closed' : 'open'
    this.data.cases[id] = { id, mutation: id, user, household, code, state, payload: mutation }
    this.log('attention', id, 'put', null, user)
  }

  // ── pull ───────────────────────────────────────────────────────────────────────────

  private pull(cursor: string | null, device: Data['devices'][string], now: string): Response {
    const { data } = this
    const scope = data.scope[device.user] ?? 0
    const [epoch, seqText, scopeText] = (cursor ?? `${data.epoch}/0/0`).split('/') as [string, string, string]
    if (epoch !== data.epoch) return this.epochChanged(epoch)
    const from = Number(seqText)
    const mine = Object.values(data.log).filter((row) => row.seq > from && (row.user === null || row.user === device.user))
    mine.sort((a, b) => a.seq - b.seq)
    if (mine.length === 0 && cursor !== null && Number(scopeText) === scope) {
      return { ...answer(200, { same: true, epoch: data.epoch, server_time: now }), view: this.view(device.user) }
    }
    const page = mine.slice(0, this.quirks.pageSize)
    const more = mine.length > page.length
    const changes = page.flatMap((row) => this.changesOf(row, device.user))
    const last = page.at(-1)?.seq ?? data.seq
    const ids = [...(data.access[device.user] ?? [])].sort()
    const body: PullPage = {
      epoch: data.epoch, scope_version: scope, scope_digest: digest(ids), changes, more, server_time: now,
      next_cursor: `${data.epoch}/${more ? last : data.seq}/${scope}`, device: receipt(device.seqs),
      backed_up: this.backedUp(),
    }
    return { ...answer(200, body), view: more ? null : this.view(device.user) }
  }

  private changesOf(logged: Logged, user: number): Change[] {
    const one = this.change(logged, user)
    if (logged.entity !== 'scope_add' || !this.data.access[user]?.includes(logged.id)) return one
    // A household that (again) is mine comes whole, whatever was said about it before.
    const whole = Object.values(this.data.log).filter((row) => row.household === logged.id && row.user === null)
    return [...one, ...whole.flatMap((row) => this.change(row, user))]
  }

  private change(logged: Logged, user: number): Change[] {
    const { entity, id } = logged
    if (entity === 'scope_add' || entity === 'scope_drop') return [{ entity, id, version: 1, op: 'put', household_id: id }]
    const row = this.row(entity, id, user)
    const household = typeof row?.household_id === 'string' ? { household_id: row.household_id } : {}
    if (!row) return entity === 'task' ? [{ entity, id, version: 1, op: 'tombstone' }] : []
    return [{ entity, id, version: Number(row.version ?? 1), op: 'put', row, ...household }]
  }

  private row(entity: string, id: Uuid, user: number): Record<string, unknown> | null {
    const { data } = this
    const mine = data.access[user] ?? []
    if (entity === 'area') return { id, name: 'area' }
    if (entity === 'household') {
      if (!mine.includes(id)) return null
      const plate = { building: '3', unit: '2', room: id.slice(-3), house: null }
      const lists = { people: [], contacts: [], agreed: [], notes: [], codes: [], last_contact: null, last_contact_days: null }
      return { id, version: data.households[id]?.version, household_id: id, area_id: AREA, plate, address: id.slice(-3), display_name: id.slice(-3), ...lists }
    }
    if (entity === 'visit') {
      const visit = data.visits[id]
      return visit && mine.includes(visit.household) ? { id, household_id: visit.household, mutation_id: visit.mutation, state: visit.state } : null
    }
    if (entity === 'task') {
      const task = data.tasks[id]
      if (!task || (task.assignee !== null && task.assignee !== user)) return null
      const claimed = task.assignee === user
      return { id, version: task.version, assignee: claimed ? 'me' : 'pool', household_id: claimed && mine.includes(task.household) ? task.household : null }
    }
    const one = data.cases[id]
    if (!one || one.user !== user) return null
    return { id, mutation_id: one.mutation, household_id: one.household && mine.includes(one.household) ? one.household : null, code: one.code, state: one.state, message: '' }
  }

  /** All this person's phone may and must hold now. */
  private view(user: number): Row[] {
    const { data } = this
    const ids: [string, Uuid][] = [
      ['area', AREA],
      ...Object.keys(data.households).map((id): [string, Uuid] => ['household', id]),
      ...Object.keys(data.visits).map((id): [string, Uuid] => ['visit', id]),
      ...Object.keys(data.tasks).map((id): [string, Uuid] => ['task', id]),
      ...Object.keys(data.cases).map((id): [string, Uuid] => ['attention', id]),
    ]
    return ids.flatMap(([entity, id]) => {
      const row = this.row(entity, id, user)
      return row ? [{ entity, id, row }] : []
    })
  }

  // ── the change log ─────────────────────────────────────────────────────────────────

  private assign(user: number, household: Uuid): void {
    this.data.access[user] = [...(this.data.access[user] ?? []), household]
    this.data.scope[user] = (this.data.scope[user] ?? 0) + 1
    this.unlog(`scope_drop:${household}:${user}`)
    this.log('scope_add', household, 'put', household, user)
    this.retell(household, user)
  }

  private unassign(user: number, household: Uuid): void {
    const { data } = this
    if (!data.access[user]?.includes(household)) return
    data.access[user] = (data.access[user] ?? []).filter((id) => id !== household)
    data.scope[user] = (data.scope[user] ?? 0) + 1
    this.unlog(`scope_add:${household}:${user}`)
    this.retell(household, user)
    if (this.sabotage === 'no_scope_drop' || (this.quirks.forgetsDrops && this.chance.often(0.3))) return
    this.log('scope_drop', household, 'put', household, user)
  }

  /** Rows that name the household without belonging to it are shown differently from now on. */
  private retell(household: Uuid, user: number): void {
    for (const [id, task] of Object.entries(this.data.tasks)) {
      if (task.household === household && task.assignee === user) this.log('task', id, 'put', null, null)
    }
    for (const one of Object.values(this.data.cases)) {
      if (one.household === household && one.user === user) this.log('attention', one.id, 'put', null, user)
    }
  }

  private unlog(key: string): void {
    this.data.log = Object.fromEntries(Object.entries(this.data.log).filter(([one]) => one !== key))
  }

  private log(entity: string, id: Uuid, op: Logged['op'], household: Uuid | null, user: number | null): void {
    const { data } = this
    data.seq += 1
    // A number taken before the transaction ends can become visible after a later one: sometimes it does.
    const seq = this.sabotage === 'plain_sequence' && this.chance.often(0.3) ? data.seq - 2 : data.seq
    data.log[`${entity}:${id}${user === null ? '' : `:${user}`}`] = { seq, entity, id, op, household, user }
  }
}

function answer(status: number, json: unknown): Response {
  return { status, json, protocol: '1', retryAfterS: null, view: null, died: false }
}

function digest(ids: Uuid[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('hex')
}

function receipt(seqs: number[]): { received_through: number; holes: [number, number][]; open_items: number } {
  const have = new Set(seqs)
  let through = 0
  while (have.has(through + 1)) through += 1
  return { received_through: through, holes: [], open_items: 0 }
}
