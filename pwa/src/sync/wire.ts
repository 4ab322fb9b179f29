/**
 * The words both sides of the sync protocol use on the wire, so that the engine,
 * the transport and the simulator cannot each invent their own.
 *
 * Times are RFC 3339 UTC with milliseconds; numbers inside payloads are integers only.
 */

export const PROTOCOL = 1
export const PROTOCOL_HEADER = 'X-Sync-Protocol'

export type Uuid = string
/** A calendar day, `2026-11-23`. */
export type Day = string
/** An instant, `2026-11-23T10:03:00.000Z`. */
export type Instant = string

export type VisitMode = 'door' | 'phone' | 'video' | 'neighbour' | 'device'
export type VisitPurpose = 'routine' | 'follow_up' | 'survey' | 'holiday' | 'weather' | 'emergency'
export type VisitOutcome =
  | 'met' | 'family' | 'not_met' | 'refused' | 'hospitalised' | 'moved' | 'deceased' | 'other'
export type Hazard =
  | 'gas' | 'electric' | 'heating_co' | 'fire' | 'falls' | 'structure' | 'flood' | 'scam' | 'other'
export type NextAction = 'none' | 'revisit' | 'refer' | 'escalate'
export type Evidence = 'qr' | 'qr_old' | 'short_code' | 'photo' | 'list'
export type DeclineReason = 'unwell' | 'away' | 'no_time' | 'not_suitable' | 'other'

export interface AttachmentRef {
  attachment_id: Uuid
  sha256: string
  size: number
  mime: string
}

export interface ItemGiven {
  name: string
  qty: number
  unit: string
}

/** What was seen of one head of an elder's check; `signs` only where it is to be kept an eye on. */
export interface HeadAnswer {
  state: 'well' | 'watch'
  signs: string[]
}
export type ElderHead = 'health' | 'mind' | 'safety' | 'hygiene' | 'living'

/** What only a child's check asks (F2c). */
export interface ChildAnswers {
  guardianship: string | null
  school: string | null
  child_health: string | null
  contact_with_parents: string | null
  harm_sign: string | null
  guardian: string | null
  entrusted_carer: string | null
  support: string[] | null
  /** Whose check this is, and under which consent; null where this phone knew of none. */
  child_id: Uuid | null
  consent_id: Uuid | null
}

/** What one version of the committee's own questions was answered; a decimal travels as its digits. */
export interface OwnAnswered {
  version: number
  answers: Record<string, string | number | string[]>
}

/** A visit form as recorded at the door: F1, F2 with its five heads, or F2c. Null is a question that was not asked. */
export interface VisitPayload extends Partial<Record<ElderHead, HeadAnswer | null>>, Partial<ChildAnswers> {
  household_id: Uuid
  task_id: Uuid | null
  visit_date: Day
  started_at?: Instant
  mode: VisitMode
  purpose: VisitPurpose
  met: VisitOutcome
  people_met: Uuid[]
  family_changes: string | null
  needs: string[]
  hazards: Hazard[] | null
  policies_told: string[]
  items_given: ItemGiven[]
  opinion: string | null
  next_action: NextAction
  next_date: Day | null
  duration_min: number | null
  filled_for: string | null
  evidence: Evidence
  code_generation: number | null
  own?: OwnAnswered | null
  /** Which of the attachments is somebody's signature. */
  signed?: Uuid | null
  attachments: AttachmentRef[]
  supporter_contact?: string | null
  device_ok?: string | null
  form: 'F1' | 'F2' | 'F2c'
  form_version: number
}

export interface TaskDeclinePayload {
  reason: DeclineReason
  note: string
}

export interface TaskHandOverPayload {
  /** null hands the task back to the pool. */
  to_user_id: Uuid | null
  note: string
}

export interface TaskReportPayload {
  outcome: 'done' | 'not_done'
  note: string
}

export interface MessageReadPayload {
  /** As they were when they were seen: a newer word about the same thing stays unread. */
  messages: { id: Uuid; version: number }[]
}

/** What had to be reported at once: whom one called and when, and what was done. Nothing of it has to be filled in. */
export interface DutyReportPayload {
  household_id: Uuid | null
  kind: 'minor' | 'violence' | 'crime' | 'other' | null
  calls: { number: string; at: Instant }[]
  done: string | null
  noticed_at: Instant | null
}

/** A yes to one purpose, said at the door; the consent has the entry's own entity id. */
export interface ConsentGivePayload {
  household_id: Uuid
  resident_id: Uuid
  purpose: string
  text_version: number
  method: 'tap' | 'signature'
  given_by: 'guardian' | 'child'
  guardian: { name: string; relation: string; phone: string } | null
  parents_told: boolean
  cannot_say: boolean
}

/** The consent of the entry's entity id is taken back. */
export interface ConsentWithdrawPayload {
  household_id: Uuid
  reason: string
}

/** Form F6b: how an agreement is kept, as its mediator saw it. What is written leaves the phone with it. */
export interface MediationFollowUpPayload {
  on: Day
  performed: 'all' | 'partly' | 'not'
  satisfaction: 'satisfied' | 'fairly' | 'unsatisfied' | 'not_asked'
  escalated: boolean
  hazards: string
  measures: string
  sued: boolean
  suit: string
}

/** One person of a quarrel, as far as they said who they are. */
export interface Party {
  name: string | null
  sex: 'm' | 'f' | null
  age: number | null
  phone: string | null
  address: string | null
  id_no: string | null
}

/** F5 or a hazard, as it was found on a patrol. What was not said is null; the committee completes it. */
export interface FindingPayload {
  patrol_id: Uuid | null
  kind: 'dispute' | 'hazard'
  type: string
  found_date: Day
  place: string | null
  summary: string | null
  parties: Party[]
  people_count: number | null
  level: string | null
  source: string | null
  risk: string | null
  cause: string | null
  demand: string | null
  measure: string | null
  deadline: Day | null
  attachments: AttachmentRef[]
}

/** A patrol is done; `zero`: nothing was found, which is a report in its own right. */
export interface PatrolReportPayload {
  patrol_id: Uuid
  zero: boolean
}

export interface MutationPayloads {
  'visit.record': VisitPayload
  'visit.amend': VisitPayload & { amends: Uuid }
  'task.claim': Record<string, never>
  'task.decline': TaskDeclinePayload
  'task.hand_over': TaskHandOverPayload
  'task.report': TaskReportPayload
  'message.read': MessageReadPayload
  'duty_report.record': DutyReportPayload
  'patrol.finding': FindingPayload
  'patrol.report': PatrolReportPayload
  'mediation.follow_up': MediationFollowUpPayload
  'consent.give': ConsentGivePayload
  'consent.withdraw': ConsentWithdrawPayload
}
export type MutationName = keyof MutationPayloads

/**
 * Sent like everything else, but nothing a person recorded: it is worth no line and no count on a
 * screen, is not carried by a neighbour, and nobody has to wait for it.
 */
export function isQuiet(type: string): boolean {
  return type === 'message.read'
}

/**
 * Once the committee has it, this phone keeps nothing of it but the copy sealed to the server: its words
 * are about others, and nobody may read them here again.
 */
export function isWriteOnly(type: string): boolean {
  return type === 'patrol.finding' || type === 'duty_report.record' || type.startsWith('consent.')
}

export interface MutationClock {
  boot_id: string
  monotonic_ms: number
  offset_ms: number | null
}

export interface Mutation {
  mutation_id: Uuid
  device_seq: number
  type: string
  schema: number
  entity_id: Uuid
  base_version?: number
  depends_on: Uuid[]
  payload: Record<string, unknown>
  occurred_at_device: Instant
  tz_offset: number
  clock: MutationClock
  hash: string
}

/** An entry whose words this phone can no longer read, as it was sealed to the server when it was recorded. */
export interface SealedMutation {
  mutation_id: Uuid
  device_seq: number
  key_id: string
  sealed: string
}

export interface PushRequest {
  protocol: number
  device_id: Uuid
  epoch: string
  batch_id: Uuid
  app_version: string
  want_pull?: boolean
  cursor?: string | null
  mutations: (Mutation | SealedMutation)[]
}

export type FinalVerdict =
  | { mutation_id: Uuid; verdict: 'applied'; versions: Record<Uuid, number>; seq: number; area_id?: string }
  | { mutation_id: Uuid; verdict: 'conflict'; server_version: number; fields: string[] }
  | { mutation_id: Uuid; verdict: 'rejected'; code: string; field?: string; message: string }

export type Verdict =
  | FinalVerdict
  | { mutation_id: Uuid; verdict: 'duplicate'; original: FinalVerdict }
  | { mutation_id: Uuid; verdict: 'retry'; after_s: number }

export interface DeviceReceipt {
  received_through: number
  holes: [number, number][]
  open_items: number
}

export interface Change {
  entity: string
  id: string
  version: number
  op: 'put' | 'tombstone'
  household_id?: Uuid
  row?: Record<string, unknown>
}

export interface PullPage {
  epoch: string
  scope_version: number
  scope_digest: string
  changes: Change[]
  next_cursor: string
  more: boolean
  server_time: Instant
  device?: DeviceReceipt
  backed_up?: Record<string, number> | null
  flags?: { kill_worker?: boolean; lease_hours?: number }
}

export interface NothingNew {
  same: true
  epoch: string
  server_time: Instant
}

export interface PushAnswer {
  batch_id: Uuid
  epoch: string
  server_time: Instant
  verdicts: Verdict[]
  device?: DeviceReceipt
  pull?: PullPage | NothingNew
}

export interface SealKey {
  key_id: string
  /** base64url of the raw uncompressed P-256 point */
  public_key: string
  suite: string
}

export interface EnrolAnswer {
  device_id: Uuid
  epoch: string
  seal: SealKey
  lease_hours: number
  server_time: Instant
  access_token: string
  left_behind?: LeftBehind | null
}

/** Entries known to have been on a phone of this person that never arrived; `here`: on this one, before it was cleared. */
export interface LeftBehind {
  entries: number
  heard_at: Instant
  here: boolean
}
