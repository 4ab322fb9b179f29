/**
 * The questions screens ask of what is on this phone. Answers come from memory that was
 * filled from the encrypted store at opening, so none of them waits for the network.
 */
import { codeHash, isBeginningOf, openPhone, parseScanned } from './codes'
import type { Scanned } from './codes'
import { current } from './current'
import { knownSeen, noteSeen } from './inbox'
import type { StateRow } from './moves'
import type {
  AreaRow, Asked, AskedElsewhere, AttentionRow, ChildRow, CodeMatch, ConsentSaid, HouseholdRow, LocalRecord, OwnQuestionsRow, PatrolItem, PatrolRow, RecordPlace, ReplicaEntity, ReplicaRows, TaskRow, TodayItem,
} from './rows'
import type { Entry } from './store'
import { isQuiet, isWriteOnly } from '../sync/wire'
import type { Uuid } from '../sync/wire'

export type * from './rows'
export { codeHash } from './codes'
export { isNew, messages, newMessages } from './inbox'

/** The lists are withheld: this phone was long without the server's word. */
export function listLocked(): boolean {
  return current()?.withheld ?? false
}

/** Tasks in these states are over for the volunteer. */
const DONE = new Set(['done', 'cancelled'])
const DAY_MS = 24 * 3600_000

function rows<E extends ReplicaEntity>(entity: E): ReplicaRows[E][] {
  return current()?.replica.rows(entity) ?? []
}

/** My open tasks, most needed first: late ones, then by priority, then by the longest silence. */
export function today(day: string): TodayItem[] {
  const replica = current()?.replica
  if (!replica) return []
  const items = replica.rows('task')
    .filter((task) => task.assignee === 'me' && !DONE.has(task.state) && task.due_from <= day)
    .map((row): TodayItem => {
      const home = row.household_id === null ? null : replica.row('household', row.household_id)
      return {
        task: { ...row, reasons: reasonsNow(row, home) },
        household: home,
        late_days: Math.max(0, Math.round((Date.parse(day) - Date.parse(row.due_to)) / DAY_MS)),
        recorded_here: recordedTasks.has(row.id),
      }
    })
  return items.sort(byNeed)
}

/** Reasons age with the card beside them: somebody may have met the household since the task was written. */
function reasonsNow(row: TaskRow, home: HouseholdRow | null): string[] {
  return home?.last_contact ? row.reasons.filter((reason) => reason !== 'never_met') : row.reasons
}

function byNeed(a: TodayItem, b: TodayItem): number {
  const silence = (item: TodayItem): number => item.household?.last_contact_days ?? Number.MAX_SAFE_INTEGER
  return (
    Number(a.recorded_here) - Number(b.recorded_here) ||
    Number(b.late_days > 0) - Number(a.late_days > 0) ||
    b.task.priority - a.task.priority ||
    inOrder(a.task.due_to, b.task.due_to) ||
    silence(b) - silence(a) ||
    byAddress(a.task.address, b.task.address)
  )
}

/** By sign. Waking the phone's collator for days and doors takes longer than drawing the list. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
/** 9号楼 stands before 10号楼. */
function byAddress(a: string, b: string): number {
  return inOrder(counted(a), counted(b))
}
function counted(address: string): string {
  return address.replace(/\d+/g, (digits) => digits.padStart(8, '0'))
}

/** Unclaimed tasks of my areas: address and due window only. */
export function pool(): TaskRow[] {
  return rows('task')
    .filter((task) => task.assignee === 'pool' && !DONE.has(task.state))
    .sort((a, b) => b.priority - a.priority || inOrder(a.due_to, b.due_to))
}

export function task(id: Uuid): TaskRow | null {
  return current()?.replica.row('task', id) ?? null
}

export function households(): HouseholdRow[] {
  return rows('household')
    .map((home) => ({ home, at: counted(home.address) }))
    .sort((a, b) => inOrder(a.at, b.at))
    .map(({ home }) => home)
}

export function household(id: Uuid): HouseholdRow | null {
  const store = current()
  return store?.replica.row('household', id) ?? store?.doors.home(id) ?? null
}

export function areas(): AreaRow[] {
  return rows('area')
}

/** The committee's own questions that are asked now. */
export function ownQuestions(): OwnQuestionsRow[] {
  return rows('own_questions').filter((one) => one.asked)
}
/** One version of them, also one that is asked no more. */
export function ownQuestionsOf(areaId: string, version: number): OwnQuestionsRow | null {
  return rows('own_questions').find((one) => one.area_id === areaId && one.version === version) ?? null
}

/** The children of a home whose checks I may record. */
export function childrenOf(householdId: Uuid): ChildRow[] {
  return rows('child').filter((one) => one.household_id === householdId)
}
/** What was said at this home's door about consents and still waits here: each yes, and the ids of those taken back. */
export async function consentsSaid(householdId: Uuid): Promise<{ given: ConsentSaid[]; takenBack: Uuid[] }> {
  const waiting = (await current()?.entries(300, ({ type, place }) => type.startsWith('consent.') && place === 'waiting')) ?? []
  const mine = waiting.filter(({ entry }) => entry?.payload.household_id === householdId)
  return {
    given: mine.filter(({ state }) => state.type === 'consent.give').map(({ state, entry }) => ({
      id: state.entity, mutation_id: state.id, child_id: String(entry?.payload.resident_id), purpose: String(entry?.payload.purpose),
      given_at: new Date(state.recorded_at).toISOString(), given_by: entry?.payload.cannot_say || entry?.payload.given_by === 'child' ? 'child' : 'guardian',
    })),
    takenBack: mine.filter(({ state }) => state.type === 'consent.withdraw').map(({ state }) => state.entity),
  }
}

/** A patrol of mine, as the committee knows it. */
export function patrol(id: Uuid): PatrolRow | null {
  return current()?.replica.row('patrol', id) ?? null
}

/** My patrols that have begun and are not over with: those late first, then by their last day. */
export async function patrols(day: string): Promise<PatrolItem[]> {
  const store = current()
  if (!store) return []
  const mine = rows('patrol').filter((one) => one.first_day <= day && (one.last_day >= day || !one.reported))
  const waiting = mine.length === 0 ? [] : await store.entries(300, ({ type, place }) => type.startsWith('patrol.') && place === 'waiting')
  return mine
    .map((row): PatrolItem => {
      const entries = waiting.flatMap(({ state, entry }) => (entry?.payload.patrol_id === row.id ? [{ state, payload: entry.payload }] : []))
      const here = entries.filter(({ state }) => state.type === 'patrol.finding').map(({ state, payload }) => ({
        mutation_id: state.id, kind: payload.kind as 'dispute' | 'hazard', type: String(payload.type),
        recorded_at: new Date(state.recorded_at).toISOString(),
        undo_until: state.undo_until > Date.now() ? new Date(state.undo_until).toISOString() : null,
      }))
      const report = entries.find(({ state }) => state.type === 'patrol.report')
      const said = here.length > 0 || report?.payload.zero === false ? 'found' as const : report ? 'zero' as const : null
      return {
        patrol: row, here, reported: row.reported || report !== undefined, outcome: row.outcome === 'found' ? 'found' : (said ?? row.outcome),
        late_days: Math.max(0, Math.round((Date.parse(day) - Date.parse(row.last_day)) / DAY_MS)),
      }
    })
    .sort((a, b) => inOrder(a.patrol.last_day, b.patrol.last_day) || inOrder(a.patrol.grid, b.patrol.grid))
}

/** What a scan, a photo or typed signs mean among my own households; null for any other. */
export async function householdByCode(text: string): Promise<CodeMatch | null> {
  const scanned = parseScanned(text, location.host)
  if (!scanned) return null
  const doors = current()?.doors
  for (const area of doors?.areas ?? []) {
    const known = doors?.known(await codeHash(area.codeKey, scanned))
    const home = known?.area === area.id ? doors?.home(known.household) : null
    if (known && home) return { household: home, evidence: evidenceOf(known.state, scanned), generation: known.generation }
  }
  for (const area of areas()) {
    const hash = await codeHash(area.code_key, scanned)
    for (const candidate of rows('household')) {
      if (candidate.area_id !== area.id) continue
      const code = candidate.codes.find((one) => isBeginningOf(scanned.kind === 'token' ? one.t : one.s, hash))
      if (!code) continue
      return { household: candidate, evidence: evidenceOf(code.state, scanned), generation: code.g }
    }
  }
  return null
}

function evidenceOf(state: 'current' | 'old', { kind }: Scanned): CodeMatch['evidence'] {
  return state === 'old' ? 'qr_old' : kind === 'token' ? 'qr' : 'short_code'
}

/** The number to dial, decrypted only now; null when it cannot be opened. */
export async function phoneOf(contactId: Uuid): Promise<string | null> {
  for (const one of rows('household')) {
    const contact = one.contacts.find((candidate) => candidate.id === contactId)
    const dialKey = contact && current()?.replica.row('area', one.area_id)?.dial_key
    if (!contact || !dialKey) continue
    return openPhone(dialKey, contact.id, contact.phone_box).catch(() => null)
  }
  return null
}

/** What was recorded on this phone, newest first, in its three places. */
export async function localRecords(limit = 100): Promise<LocalRecord[]> {
  const store = current()
  if (!store) return []
  const [entries, photos] = await Promise.all([store.entries(limit), store.photos()])
  const attention = new Map(store.replica.rows('attention').map((row) => [row.mutation_id, row]))
  return entries.map(({ state, entry }): LocalRecord => {
    const householdId = householdOf(state, entry)
    const known = householdId === null ? null : household(householdId)
    const open = attention.get(state.id)
    return {
      mutation_id: state.id, entity_id: state.entity, type: state.type,
      // The committee may open again what it had put aside: then it is asked about, wherever the entry rests here.
      place: open?.state === 'open' ? 'attention' : PLACES[state.place],
      household_id: known ? householdId : null,
      display_name: known?.display_name ?? null, plate: known?.plate ?? null,
      met: typeof entry?.payload.met === 'string' ? entry.payload.met : null,
      recorded_at: new Date(state.recorded_at).toISOString(),
      received_at: state.place === 'waiting' || state.settled_at === null ? null : new Date(state.settled_at).toISOString(),
      code: open?.code ?? state.code,
      message: open?.resolution ?? open?.message ?? null,
      asked: open ? askedOf(open) : state.place === 'held' ? askedHere(state) : null,
      undo_until: state.place === 'waiting' && state.undo_until > Date.now() ? new Date(state.undo_until).toISOString() : null,
      photos_pending: photos.filter((photo) => photo.mutation === state.id).length,
      carried_at: state.carried_at === undefined ? null : new Date(state.carried_at).toISOString(),
      unreadable: entry === null && !(isWriteOnly(state.type) && state.place !== 'waiting'),
    }
  })
}

/** What was written down in a recorded entry, to start its correction from; null when it cannot be read. */
export async function recordedPayload(mutationId: Uuid): Promise<Record<string, unknown> | null> {
  const found = (await current()?.entries(1000))?.find(({ state }) => state.id === mutationId)
  return found?.entry?.payload ?? null
}

const PLACES: Record<StateRow['place'], RecordPlace> = { waiting: 'here', held: 'attention', archived: 'received' }

/** What the committee looks at of this person that this phone has no record of: another phone's, or from before a new start. */
export async function askedElsewhere(): Promise<AskedElsewhere[]> {
  const all = rows('attention').filter((row) => !isQuiet(row.type ?? ''))
  const here = await current()?.placesOf(all.flatMap((row) => row.mutation_id ?? []))
  return all
    .filter((row) => row.mutation_id === null || !here?.has(row.mutation_id))
    .map((row) => ({
      ...askedOf(row), type: row.type ?? '',
      display_name: row.household_id === null ? null : (household(row.household_id)?.display_name ?? null),
    }))
    .sort((a, b) => (b.received_at ?? '').localeCompare(a.received_at ?? ''))
}

const REASONS = new Set([
  'not_assigned', 'id_reuse', 'id_taken', 'unparseable', 'client_too_old', 'invalid', 'server_error', 'device_revoked', 'conflict', 'task_taken', 'no_consent',
])

function askedOf(row: AttentionRow): Asked {
  return {
    id: row.id, state: row.state, ...reasonOf(row.code), resolution: row.resolution ?? null,
    received_at: row.received_at ?? null, resolved_at: row.resolved_at ?? null, call: committee(row.area_id),
  }
}

/** Refused a moment ago; the committee's own row has not been pulled yet. */
function askedHere(state: StateRow): Asked {
  const at = state.settled_at === null ? null : new Date(state.settled_at).toISOString()
  return { id: null, state: 'open', ...reasonOf(state.code ?? ''), resolution: null, received_at: at, resolved_at: null, call: committee(undefined) }
}

function reasonOf(code: string): { code: string; why: string } {
  return { code, why: `visits.asked.${REASONS.has(code) ? code : 'invalid'}` }
}

function committee(areaId: string | undefined): Asked['call'] {
  const area = (areaId === undefined ? null : current()?.replica.row('area', areaId)) ?? areas()[0]
  return area ? { name: area.name, phone: area.phone } : null
}

/** Entries whose home is not named again, not even to who recorded them. */
const SECRET = new Set(['duty_report.record', 'mediation.follow_up'])

function householdOf(state: StateRow, entry: Entry | null): Uuid | null {
  if (SECRET.has(state.type)) return null
  const payload = entry?.payload
  if (typeof payload?.household_id === 'string') return payload.household_id
  return state.type.startsWith('task.') ? (task(state.entity)?.household_id ?? null) : null
}

/** Entries never change: what one was about is looked up once. */
const taskOf = new Map<Uuid, Uuid | null>()
/** Tasks with a visit recorded on this phone that the pulled list does not know of yet. */
let recordedTasks = new Set<Uuid>()

/** Called by sync when entries moved; screens only read the outcome in `today`. */
export async function refreshRecordedTasks(): Promise<void> {
  const store = current()
  if (!store) {
    recordedTasks = new Set()
    taskOf.clear()
    noteSeen([])
    return
  }
  const known = new Set(store.replica.rows('visit').map((visit) => visit.mutation_id))
  const next = new Set<Uuid>()
  const unopened = ({ id, type }: StateRow): boolean => (isQuiet(type) ? !knownSeen(id) : type === 'visit.record' && !known.has(id) && !taskOf.has(id))
  const entries = await store.entries(300, unopened, true)
  noteSeen(entries)
  for (const { state, entry } of entries) {
    if (state.type === 'task.report' || state.type === 'mediation.follow_up') next.add(state.entity)
    if (state.type !== 'visit.record' || known.has(state.id)) continue
    if (entry) taskOf.set(state.id, typeof entry.payload.task_id === 'string' ? entry.payload.task_id : null)
    const taskId = taskOf.get(state.id)
    if (taskId) next.add(taskId)
  }
  recordedTasks = next
}
