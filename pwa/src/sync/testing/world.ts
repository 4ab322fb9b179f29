/**
 * A village of phones, one server and a bad network, run from a seed. After every step the
 * invariants are checked; after the last one everything is healed and must come to rest.
 *
 * I1 every recorded entry is on the server, or still in its phone's outbox: never nowhere
 * I2 its effect happens at most once, and it is either applied or in quarantine
 * I3 after a pull has ended, a phone holds exactly what the server shows its user
 * I4 and nothing of a household that is not its user's
 * I5 what was refused is visible to the volunteer and to the committee
 * I6 what was pulled is not read longer than the lease after the last page, while nobody sets the clock
 * I7 of a phone's tabs one sends: no entry is on its way from two of them
 * L  once the faults end, everything comes to rest within a few rounds
 */
import { Chance } from './chance'
import { Phone } from './phone'
import type { Flight } from './phone'
import type { ClientSabotage } from './sabotage'
import type { CarriedFile, Control, Crash, Quirks, Response, Row, Server, Setup, Truth } from './server'
import type { Uuid } from '../wire'

export interface Action {
  what: Kind
  r: number
}

const WEIGHTS = {
  record: 10, claim: 3, amend: 2, poison: 0.4, undo: 1, trigger: 4, time: 6, deliver: 30, disk: 12, refresh: 4, start: 6,
  lose_request: 3, lose_answer: 3, double: 3, portal: 2, cut: 2, http_error: 2, timeout: 1.5, crash_phone: 2, disk_full: 1.5,
  server_dies: 2, assign: 1.5, unassign: 1.5, edit: 2, settle: 2, pool_task: 1, backup: 1, restore: 0.5, revoke: 0.15,
  hand_over: 1.2, bring: 2.5, forge: 0.4,
  clock_jump: 0.7, expire_token: 1, log_out: 0.3, lock_lost: 0.5, counter_back: 0.4, tab: 1, days: 0.25,
} as const
export type Kind = keyof typeof WEIGHTS
/** Faults a seed may leave out, so that rare combinations get room. */
const SWARM: Kind[] = [
  'poison', 'undo', 'lose_request', 'lose_answer', 'double', 'portal', 'cut', 'http_error', 'timeout', 'crash_phone', 'disk_full',
  'server_dies', 'unassign', 'settle', 'restore', 'revoke', 'hand_over', 'forge', 'clock_jump', 'expire_token', 'log_out', 'lock_lost', 'counter_back', 'tab', 'days',
]

export class Violation extends Error {
  constructor(readonly rule: string, detail: string) {
    super(`${rule}: ${detail}`)
  }
}

/** `focus`: kinds that are to happen often, when one protection is under test. */
export function plan(seed: number, steps: number, focus: readonly string[] = []): { actions: Action[]; quirks: Quirks } {
  const chance = new Chance(seed)
  const off = new Set(SWARM.filter((kind) => chance.often(0.4) && !focus.includes(kind)))
  const kinds = (Object.keys(WEIGHTS) as Kind[]).filter((kind) => !off.has(kind))
  const weight = (kind: Kind): number => (focus.includes(kind) ? Math.max(3, WEIGHTS[kind] * 3) : WEIGHTS[kind])
  const total = kinds.reduce((sum, kind) => sum + weight(kind), 0)
  const quirks: Quirks = {
    maxCount: chance.often(0.2) ? 1 + chance.below(3) : 500,
    locks: chance.often(0.3), forgetsDrops: chance.often(0.2), pageSize: chance.often(0.5) ? 3 : 500,
  }
  const actions = Array.from({ length: steps }, (): Action => {
    let roll = chance.next() * total
    const what = kinds.find((kind) => (roll -= weight(kind)) < 0) ?? 'deliver'
    return { what, r: chance.below(2 ** 31) }
  })
  return { actions, quirks }
}

const HOUR = 3600_000
/** As the server grants it, and a little for the minute between two looks at the clock. */
const LEASE_MS = 72 * HOUR + 120_000

/**
 * Fields a server works out when it writes a row and that age without the row changing: how needed
 * a task was, how long ago a meeting was. The phone works them out again. Whose door a refused
 * entry was about, it knows from the entry itself.
 */
const DERIVED: Record<string, object> = {
  attention: { household_id: null }, task: { priority: 0, reasons: [] }, household: { last_contact_days: null },
}

export class World {
  private now = Date.parse('2026-11-23T10:00:00.000Z')
  private phones: Phone[] = []
  /** Pages that are or were open: each phone's first, and second tabs. */
  private pages: Phone[] = []
  private flights: Flight[] = []
  /** Carried by somebody; a copy may lie about for as long as the story lasts. */
  private files: CarriedFile[] = []
  /** Entries somebody made up in another's name: they may never have any effect. */
  private forged = new Set<Uuid>()
  private setup!: Setup
  private truth!: Truth
  private stale = true
  private quirks!: Quirks
  private restored = false
  readonly trace: string[] = []

  constructor(private readonly server: Server, private readonly sabotage: ClientSabotage | null) {}

  async run(seed: number, actions: Action[], quirks: Quirks): Promise<void> {
    this.quirks = quirks
    this.setup = await this.server.reset(seed, quirks)
    this.phones = this.setup.phones.map((user, i) => new Phone(i, user, new Chance(seed * 31 + i), this.sabotage))
    this.pages = [...this.phones]
    for (const [i, action] of actions.entries()) {
      await this.step(action)
      await this.check(`step ${i} ${action.what}`)
    }
    await this.heal()
  }

  private note(text: string): void {
    this.trace.push(text)
  }

  // ── one step ───────────────────────────────────────────────────────────────────────

  private async step({ what, r }: Action): Promise<void> {
    const chance = new Chance(r)
    const phone = chance.pick(this.pages) as Phone
    const who = `phone ${phone.index}`
    switch (what) {
      case 'record': case 'poison': case 'amend': case 'claim':
        this.record(what, phone, chance)
        return
      case 'undo': {
        const id = [...phone.recorded].at(-1)
        if (id && phone.alive) {
          this.note(`${who} takes back ${id}`)
          await phone.takeBack(id, this.now)
        }
        return
      }
      case 'trigger':
        phone.tell({ type: 'trigger', why: chance.pick(['online', 'visible', 'button', 'other_tab'] as const) ?? 'button' }, this.now)
        this.collect()
        return
      case 'tab': {
        const { body, index, user } = phone
        const second = body.tabs[1] ?? new Phone(index, user, new Chance(r), this.sabotage, body)
        if (!this.pages.includes(second)) this.pages.push(second)
        this.note(`phone ${index} ${second.alive ? 'closes' : 'opens'} a second tab`)
        if (second.alive) second.crash(this.now, true)
        else if (body.tabs[0]?.alive) second.start(this.now)
        this.collect()
        return
      }
      case 'days': {
        const hours = Math.round(20 + chance.next() * 80)
        this.note(`${hours} hours pass`)
        this.pass(hours * HOUR)
        return
      }
      case 'start':
        for (const one of this.phones) {
          if (one.alive || one.wiped) continue
          this.note(`phone ${one.index} starts`)
          one.start(this.now)
        }
        this.collect()
        return
      case 'time':
        this.pass(Math.round(100 + chance.next() ** 4 * 1_800_000))
        return
      case 'disk':
        for (const one of this.pages) if (!one.asleep || chance.often(0.2)) this.finish(one)
        return
      case 'disk_full':
        if (phone.writing) this.note(`${who} cannot write`)
        phone.failWrite(this.now)
        this.collect()
        return
      case 'refresh':
        this.refresh(phone, chance.often(0.2) ? 'unreachable' : 'ok')
        return
      case 'crash_phone':
        if (phone.alive) this.note(`${who} crashes`)
        phone.crash(this.now, chance.often(0.5))
        return
      case 'clock_jump':
        phone.body.setClock(Math.round((chance.next() - 0.5) * 2 * 3 * 365 * 86_400_000))
        this.note(`${who} clock is off by ${phone.skewMs} ms`)
        return
      case 'expire_token':
        phone.body.tokenExpired = true
        return
      case 'log_out':
        phone.body.tokenExpired = true
        phone.body.loggedOut = true
        return
      case 'counter_back':
        // A profile put back from the phone's own backup counts from an older number again.
        this.note(`${who} counts from 1 again`)
        phone.disk.meta = { ...phone.disk.meta, nextSeq: 1 }
        for (const tab of phone.body.tabs) tab.tell({ type: 'outbox', ...(await phone.disk.outbox()) }, this.now)
        this.collect()
        return
      case 'lock_lost':
        phone.loseLock(this.now)
        this.collect()
        return
      case 'assign': case 'unassign':
        return this.control({ do: what, user: chance.below(2), household: chance.pick(this.setup.households) as Uuid })
      case 'edit':
        return this.control({ do: 'edit', household: chance.pick(this.setup.households) as Uuid })
      case 'settle':
        return this.control({ do: 'settle', n: chance.below(100), how: chance.often(0.5) ? 'accepted' : 'closed' })
      case 'restore':
        this.restored = true
        return this.control({ do: 'restore' })
      case 'revoke':
        return this.control({ do: 'revoke', device: phone.index })
      case 'hand_over': {
        const file = await phone.handOver(this.now)
        this.collect()
        if (!file) return
        this.note(`${who} hands over ${file.mutations.map((one) => one.mutation_id).join(' ')}`)
        this.files.push(file)
        return
      }
      case 'forge':
        this.forge(phone, chance)
        return
      case 'bring': {
        const file = chance.pick(this.files)
        if (!file) return
        const died = await this.bring(file, phone, chance.often(0.2) ? (chance.pick(['before_commit', 'between', 'after_commit'] as const) ?? null) : null)
        // Its bearer throws it away, or keeps a copy that turns up once more.
        if (!died && chance.often(0.5)) this.files.splice(this.files.indexOf(file), 1)
        return
      }
      case 'backup': case 'pool_task':
        return this.control({ do: what })
      default:
        return this.network(what, chance)
    }
  }

  /** Whoever knows the server's public key can seal something in another phone's name, but not sign it. */
  private forge(phone: Phone, chance: Chance): void {
    const known = [...phone.disk.contents.values()].find((entry) => entry.type === 'visit.record')
    const device_id = phone.disk.meta.deviceId
    if (!known || device_id === null) return
    const mutation_id = chance.uuid(this.now)
    this.forged.add(mutation_id)
    this.note(`somebody forges ${mutation_id} of phone ${phone.index}`)
    this.files.push({ from: phone.index, device_id, signed: false, mutations: [{ ...structuredClone(known), mutation_id, entity_id: chance.uuid(this.now), depends_on: [], device_seq: 1 }] })
  }

  private async bring(file: CarriedFile, bearer: Phone, crash: Crash | null): Promise<boolean> {
    this.stale = true
    const response = await this.server.request({
      kind: 'courier', user: bearer.user, device: bearer.index, body: structuredClone(file), cursor: null, crash,
    }, this.now)
    this.note(`phone ${bearer.index} brings the file of phone ${file.from}: ${response.died ? 'the server dies' : response.status}`)
    return response.died
  }

  private async control(control: Control): Promise<void> {
    this.note(`server: ${JSON.stringify(control)}`)
    await this.server.control(control, this.now)
    this.stale = true
  }

  private pass(ms: number): void {
    this.now += ms
    for (const phone of this.pages) {
      phone.heedLease(this.now)
      if (!phone.alive || !phone.due(this.now)) continue
      phone.wakeAt = null
      phone.tell({ type: 'wake' }, this.now)
    }
    this.collect()
  }

  private refresh(phone: Phone, outcome: 'ok' | 'unreachable'): void {
    const rid = phone.refreshing
    if (rid === null) return
    phone.refreshing = null
    const { body } = phone
    if (outcome === 'ok' && !body.loggedOut) body.tokenExpired = false
    phone.tell({ type: 'refreshed', rid, outcome: outcome === 'ok' && body.loggedOut ? 'refused' : outcome }, this.now)
    this.collect()
  }

  private record(what: 'record' | 'poison' | 'amend' | 'claim', phone: Phone, chance: Chance): void {
    if (!phone.alive) return
    const wall = phone.wall(this.now)
    const mutation_id = chance.uuid(wall)
    // Late taps: sometimes a household that is no longer on the phone.
    const known = phone.disk.replica.householdIds()
    const household_id = (known.length > 0 && chance.often(0.9) ? chance.pick(known) : chance.pick(this.setup.households)) as Uuid
    const undoMs = chance.often(0.2) ? 10_000 : 0
    const visit = {
      household_id, task_id: null, visit_date: '2026-11-23', mode: 'door', purpose: 'routine', met: 'met', people_met: [],
      family_changes: null, needs: [], hazards: [], policies_told: [], items_given: [], opinion: null as string | null,
      next_action: 'none', next_date: null, duration_min: null, filled_for: null, evidence: 'list', code_generation: null,
      attachments: [], form: 'F1', form_version: 1,
    }
    this.note(`phone ${phone.index} records ${what} ${mutation_id}`)
    if (what === 'claim') {
      const task = chance.pick(phone.disk.replica.rows('task'))
      if (!task) return
      const mine = task.assignee === 'me'
      phone.record({
        mutation_id, type: mine ? 'task.decline' : 'task.claim', entity_id: task.id, base_version: task.version, depends_on: [],
        payload: mine ? { reason: 'no_time', note: '' } : {},
      }, undoMs, this.now)
    } else if (what === 'amend') {
      const earlier = [...phone.disk.contents.values()].filter((entry) => entry.type === 'visit.record').at(-1)
      if (!earlier) return
      phone.record({
        mutation_id, type: 'visit.amend', entity_id: chance.uuid(wall), depends_on: [earlier.mutation_id],
        payload: { ...visit, household_id: (earlier.payload as { household_id: Uuid }).household_id, amends: earlier.entity_id },
      }, 0, this.now)
    } else {
      if (what === 'poison') visit.opinion = 'poison'
      phone.record({ mutation_id, type: 'visit.record', entity_id: chance.uuid(wall), depends_on: [], payload: visit }, undoMs, this.now)
    }
    this.collect()
  }

  /** What phones sent since is now on its way. */
  private collect(): void {
    for (const phone of this.pages) {
      for (const flight of phone.outgoing) this.oneSender(phone, flight)
      this.flights.push(...phone.outgoing)
      phone.outgoing = []
    }
  }

  private oneSender(phone: Phone, flight: Flight): void {
    const own = phone.state.busy
    if (!phone.alive || own?.on !== 'request' || own.rid !== flight.rid) return
    for (const tab of phone.body.tabs) {
      const busy = tab.state.busy
      if (tab === phone || !tab.alive || busy?.on !== 'request') continue
      const twice = busy.ids.find((id) => flight.ids.includes(id))
      if (twice) throw new Violation('I7', `${twice} is on its way from two tabs of phone ${phone.index}`)
    }
  }

  private finish(phone: Phone): void {
    const view = phone.finishWrite(this.now)
    if (view) this.compare(phone, view)
    this.collect()
  }

  // ── the network ────────────────────────────────────────────────────────────────────

  private async network(what: Kind, chance: Chance): Promise<void> {
    if (this.flights.length === 0) return
    const at = chance.below(this.flights.length)
    const flight = this.flights[at] as Flight
    const phone = this.phones[flight.phone]?.body.tabs[flight.tab] as Phone
    const name = `${flight.kind} of phone ${flight.phone}`
    if (what === 'double') {
      this.note(`${name} is doubled`)
      this.flights.push({ ...flight, ghost: true })
      return
    }
    this.flights.splice(at, 1)
    this.now += Math.round(chance.next() * 3000)
    const answer = (raw: Parameters<Phone['receive']>[1], view: Row[] | null = null): void => {
      phone.receive(flight, raw, view, this.now)
      this.collect()
    }
    switch (what) {
      case 'lose_request':
        this.note(`${name} is lost`)
        return answer({ failure: 'network' })
      case 'portal':
        this.note(`${name} is answered by a captive portal`)
        return answer({ status: 200, isJson: chance.often(0.3), json: { ok: true }, protocol: null })
      case 'http_error': {
        const status = chance.pick([400, 403, 500, 502, 503, 429, 204, 426]) as number
        this.note(`${name} is answered ${status} on the way`)
        return answer({ status, retryAfterS: status === 429 || status === 503 ? 30 : null })
      }
      case 'timeout':
        this.now += 20_000
        this.note(`${name} times out`)
        if (chance.often(0.5)) await this.serve(flight, null)
        return answer({ failure: 'timeout' })
    }
    if (phone.body.tokenExpired && !flight.ghost) {
      return answer({ status: 401, isJson: true, json: { error: 'auth.expired' }, protocol: '1' })
    }
    const crash: Crash | null = what === 'server_dies' ? (chance.pick(['before_commit', 'between', 'after_commit'] as const) ?? null) : null
    const response = await this.serve(flight, crash)
    if (response.died) {
      this.note(`the server dies (${crash ?? 'by itself'}) over ${name}`)
      return answer({ failure: 'network' })
    }
    if (what === 'lose_answer') {
      this.note(`the answer to ${name} is lost`)
      return answer({ failure: 'network' })
    }
    if (what === 'cut') {
      this.note(`the answer to ${name} is cut`)
      const body = response.json as Record<string, unknown>
      const verdicts = Array.isArray(body.verdicts) && chance.often(0.5) ? { ...body, verdicts: body.verdicts.slice(1) } : null
      return answer(verdicts ? { status: response.status, isJson: true, protocol: '1', json: verdicts } : { status: response.status, isJson: false, protocol: '1' })
    }
    this.note(`${name} -> ${response.status}${said(response)}`)
    answer({
      status: response.status, isJson: true, json: structuredClone(response.json), protocol: response.protocol, retryAfterS: response.retryAfterS,
    }, response.view)
  }

  private async serve(flight: Flight, crash: Crash | null): Promise<Response> {
    this.stale = true
    return this.server.request({
      kind: flight.kind, user: this.phones[flight.phone]?.user ?? 0, device: flight.phone,
      body: structuredClone(flight.body), cursor: flight.cursor, crash,
    }, this.now)
  }

  // ── what must hold ─────────────────────────────────────────────────────────────────

  private compare(phone: Phone, view: Row[]): void {
    const line = (row: Row): string => `${row.entity} ${row.id} ${stable({ ...row.row, ...DERIVED[row.entity] })}`
    const held = phone.disk.replica.dump().map((row) => line(row)).sort()
    const shown = view.map(line).sort()
    const households = new Set(view.filter((row) => row.entity === 'household').map((row) => row.id))
    // A forgotten withdrawal is noticed by the digest a moment later, and by then must be gone: see heal.
    if (this.quirks.forgetsDrops) return
    for (const row of phone.disk.replica.dump()) {
      const household = row.entity === 'household' ? row.id : (row.row.household_id as string | null | undefined)
      if (household && !households.has(household)) throw new Violation('I4', `phone ${phone.index} still holds ${row.entity} ${row.id} of ${household}`)
    }
    const extra = held.filter((one) => !shown.includes(one))
    const missing = shown.filter((one) => !held.includes(one))
    if (extra.length + missing.length > 0) {
      throw new Violation('I3', `phone ${phone.index} differs: has ${extra.join(' | ')}; lacks ${missing.join(' | ')}`)
    }
  }

  private async check(when: string): Promise<void> {
    if (this.stale) this.truth = await this.server.truth()
    this.stale = false
    const { applied, quarantined } = this.truth
    const inQuarantine = new Set(quarantined)
    const open = new Set(this.truth.open)
    for (const id of this.forged) {
      if (applied[id] || inQuarantine.has(id)) throw new Violation('forged', `${when}: ${id} was taken although its phone never signed it`)
    }
    for (const phone of this.phones) {
      const stillOutbox = phone.disk.meta.epoch !== this.truth.epoch
      for (const id of phone.recorded) {
        const place = phone.disk.states.get(id)?.place
        const onServer = applied[id] !== undefined || inQuarantine.has(id)
        const here = place === 'waiting' || place === 'held' || (place === 'archived' && stillOutbox)
        if (!onServer && !here) throw new Violation('I1', `${when}: ${id} of phone ${phone.index} is nowhere`)
        if ((applied[id] ?? 0) > 1) throw new Violation('I2', `${when}: ${id} took effect ${applied[id]} times`)
        if (applied[id] && inQuarantine.has(id)) throw new Violation('I2', `${when}: ${id} is applied and in quarantine`)
        const forgotten = place === undefined || place === 'archived'
        const settled = phone.disk.snapshot().resolved.includes(id) || phone.body.tabs.some((tab) => tab.state.resolved.has(id)) || phone.disk.withheld || phone.wiped || phone.disk.meta.revoked
        if (open.has(id) && forgotten && !settled && !stillOutbox && !this.restored) {
          throw new Violation('I5', `${when}: ${id} is in quarantine and phone ${phone.index} no longer shows it`)
        }
        if (place === 'held' && !inQuarantine.has(id) && !stillOutbox) {
          throw new Violation('I5', `${when}: phone ${phone.index} shows ${id} as held and the committee has no such case`)
        }
      }
      const { leased, settings, tabs } = phone.body
      const reads = tabs.some((tab) => tab.alive) && phone.disk.replica.householdIds().length > 0
      if (reads && leased.settings === settings && this.now - leased.at > LEASE_MS) {
        throw new Violation('I6', `${when}: phone ${phone.index} still reads ${Math.round((this.now - leased.at) / HOUR)} hours after its last page`)
      }
      for (const id of phone.undone) {
        if (applied[id] || inQuarantine.has(id)) throw new Violation('undo', `${when}: ${id} was taken back and sent all the same`)
      }
    }
  }

  // ── healing ────────────────────────────────────────────────────────────────────────

  private async heal(): Promise<void> {
    this.note('— healing —')
    for (const page of this.pages) if (page.tab > 0) page.crash(this.now, true)
    for (const { body } of this.phones) {
      body.setClock(0)
      Object.assign(body, { loggedOut: false, tokenExpired: false })
    }
    // What lay forgotten in some pocket turns up now.
    for (const file of this.files) await this.bring(file, this.phones[file.from] as Phone, null)
    for (let round = 0; round < 40; round++) {
      for (const phone of this.phones) {
        phone.start(this.now)
        phone.tell({ type: 'session_renewed' }, this.now)
        phone.tell({ type: 'trigger', why: 'button' }, this.now)
      }
      this.collect()
      await this.settleDown(round)
      this.pass(3_700_000)
      await this.settleDown(round)
      if (this.quiet()) break
    }
    for (const phone of this.phones) {
      phone.crash(this.now, true)
      phone.start(this.now)
    }
    this.collect()
    await this.settleDown(99)
    await this.check('at rest')
    for (const phone of this.phones) {
      if (phone.wiped || phone.disk.meta.revoked) continue
      const waiting = [...phone.disk.states.values()].filter((row) => row.place === 'waiting')
      if (waiting.length > 0) throw new Violation('L', `phone ${phone.index} still has ${waiting.length} waiting: ${waiting[0]?.id}`)
      const held = [...phone.disk.states.values()].filter((row) => row.place === 'held' && !this.truth.open.includes(row.id))
      if (held.length > 0) throw new Violation('L', `phone ${phone.index} shows ${held[0]?.id} as held though it is settled`)
      const here = phone.disk.replica.householdIds().join(' ')
      const should = [...(this.truth.households[phone.user] ?? [])].sort().join(' ')
      if (here !== should) throw new Violation('L', `phone ${phone.index} holds households ${here}, should hold ${should}`)
    }
  }

  private async settleDown(round: number): Promise<void> {
    for (let i = 0; i < 400; i++) {
      for (const phone of this.phones) {
        this.refresh(phone, 'ok')
        this.finish(phone)
      }
      if (this.flights.length === 0) return
      await this.network('deliver', new Chance(round * 1000 + i))
      await this.check('healing')
    }
    throw new Violation('L', 'messages never stop')
  }

  private quiet(): boolean {
    return this.phones.every((phone) => phone.wiped || phone.disk.meta.revoked || (
      phone.state.busy === null && phone.state.failures === 0 && !phone.state.scopeDue && !phone.state.pullDue &&
      ![...phone.disk.states.values()].some((row) => row.place === 'waiting')))
  }
}

function said(response: Response): string {
  const body = response.json as { error?: string; verdicts?: { verdict: string }[] }
  return body.error ? ` ${body.error}` : body.verdicts ? ` ${body.verdicts.map((one) => one.verdict).join(',')}` : ''
}

function stable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`
  return `{${Object.entries(value).filter(([, inner]) => inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => `${key}:${stable(inner)}`).join(',')}}`
}
