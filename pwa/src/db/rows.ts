/**
 * The shapes of what a volunteer's phone holds: need-to-know views the server chose,
 * never the full record of a household.
 */
import type { Day, Instant, Uuid } from '../sync/wire'

export interface Plate {
  building: string | null
  unit: string | null
  room: string | null
  house: string | null
}

export interface AreaRow {
  id: string
  name: string
  path: string
  phone: string | null
  emergency: { label: string; number: string }[]
  code_key: string
  dial_key: string
  colleagues: { id: Uuid; name: string }[]
}

export interface PersonRow {
  id: Uuid
  name: string
  relation_label: string
  met_hint?: string
}

export interface ContactRow {
  id: Uuid
  name: string
  relation: string
  phone_masked: string
  phone_box: string
}

export interface DoorCodeRow {
  t: string
  s: string
  g: number
  state: 'current' | 'old'
}

export interface HouseholdRow {
  id: Uuid
  area_id: string
  plate: Plate
  address: string
  display_name: string
  people: PersonRow[]
  contacts: ContactRow[]
  agreed: string[]
  /** Since when; absent on cards pulled by builds before. */
  agreed_on?: Day | null
  notes: string[]
  /** `next`: what was to come after it, a code of the form; absent on cards pulled by builds before. */
  last_contact: { date: Day; kind: string; by: string; outcome: string; next?: string } | null
  last_contact_days: number | null
  codes: DoorCodeRow[]
  /** The form to fill in here; absent on cards pulled by builds before. */
  form?: string
}

export interface TaskRow {
  id: Uuid
  kind: string
  household_id: Uuid | null
  plate: Plate
  address: string
  display_name: string | null
  state: string
  assignee: 'me' | 'pool'
  /** Larger comes first. */
  priority: number
  reasons: string[]
  due_from: Day
  due_to: Day
  note: string | null
  agreed: string[]
  version: number
}

export interface VisitRow {
  id: Uuid
  household_id: Uuid
  mutation_id: Uuid
  visit_date: Day
  met: string
  received_at: Instant
  state: 'applied' | 'quarantined' | 'accepted' | 'closed'
}

export interface AttentionRow {
  id: Uuid
  /** The committee that decides; rows of an older server have none. */
  area_id?: string
  /** null when the entry was so broken that it named no number. */
  mutation_id: Uuid | null
  household_id: Uuid | null
  type?: string
  code: string
  message: string
  state: 'open' | 'accepted' | 'edited' | 'closed'
  resolution?: string
  received_at?: Instant
  resolved_at?: Instant | null
}

/** A word to this person about one thing; the newest takes the place of the one before. */
export interface MessageRow {
  id: Uuid
  /** What happened; the screen makes the sentence. */
  code: string
  thing: string
  thing_id: Uuid
  /** A home this person may open; it leaves this phone together with it. */
  household_id: Uuid | null
  facts: Record<string, string | null>
  urgent: boolean
  at: Instant
  read_at: Instant | null
  version: number
}

/** A version of the committee's own questions: the one asked now, or one a begun form may still be of. */
export interface OwnQuestionsRow {
  id: Uuid
  area_id: string
  version: number
  asked: boolean
  title: string
  /** At which forms and purposes; empty means all. */
  forms: string[]
  purposes: string[]
  xform: string
}

/** One grid to look at in one span of days; nothing of what was found there. */
export interface PatrolRow {
  id: Uuid
  area_id: string
  /** Empty where the committee looks as a whole. */
  grid: string
  first_day: Day
  last_day: Day
  outcome: 'found' | 'zero' | null
  /** The committee knows that it is done. */
  reported: boolean
  /** How many things the committee has of it. */
  findings: number
  version: number
}

/** A child of one of my homes, for who may record its checks: which consents stand, and from which day its own word counts. */
export interface ChildRow {
  id: Uuid
  household_id: Uuid
  /** The fourteenth birthday; null where no birthday is written down. */
  own_word_from: Day | null
  consents: { id: Uuid; purpose: string; given_at: Instant; given_by: 'guardian' | 'child' }[]
}

export interface ReplicaRows {
  child: ChildRow
  area: AreaRow
  household: HouseholdRow
  task: TaskRow
  visit: VisitRow
  attention: AttentionRow
  message: MessageRow
  own_questions: OwnQuestionsRow
  patrol: PatrolRow
}
export type ReplicaEntity = keyof ReplicaRows

/** A task of today with all a list row and its "why is this first" sheet need. */
export interface TodayItem {
  task: TaskRow
  household: HouseholdRow | null
  /** Whole days past `due_to`; 0 when not late. */
  late_days: number
  /** A visit for it is recorded on this phone and not yet confirmed. */
  recorded_here: boolean
}

export interface CodeMatch {
  household: HouseholdRow
  evidence: 'qr' | 'qr_old' | 'short_code'
  generation: number
}

/** A yes said at the door that the committee has not received yet. */
export interface ConsentSaid {
  id: Uuid
  mutation_id: Uuid
  child_id: Uuid
  purpose: string
  given_at: Instant
  given_by: 'guardian' | 'child'
}

/** A patrol with what this phone still holds of it. */
export interface PatrolItem {
  patrol: PatrolRow
  /** Recorded here and not yet received: what kind each is, newest first. */
  here: { mutation_id: Uuid; kind: 'dispute' | 'hazard'; type: string; recorded_at: Instant; undo_until: Instant | null }[]
  /** Handed in, here or there. */
  reported: boolean
  outcome: 'found' | 'zero' | null
  late_days: number
}

/** Why the committee looks at an entry, what it made of it, and whom to call about it. */
export interface Asked {
  /** null while only this phone's own verdict is known and the committee's row was not pulled yet. */
  id: Uuid | null
  state: AttentionRow['state']
  code: string
  /** Key of the sentence that says why, `visits.asked.…`. */
  why: string
  /** What the committee wrote when it decided. */
  resolution: string | null
  received_at: Instant | null
  resolved_at: Instant | null
  call: { name: string; phone: string | null } | null
}

/** An entry the committee looks at (or has looked at) that is not among this phone's own records. */
export interface AskedElsewhere extends Asked {
  type: string
  display_name: string | null
}

/** The three places of a recorded entry that must never be mixed. */
export type RecordPlace = 'here' | 'received' | 'attention'

export interface LocalRecord {
  mutation_id: Uuid
  entity_id: Uuid
  type: string
  place: RecordPlace
  household_id: Uuid | null
  /** null once the household has left this phone. */
  display_name: string | null
  plate: Plate | null
  /** The outcome of a visit, null for other kinds. */
  met: string | null
  recorded_at: Instant
  /** When the committee's server confirmed it. */
  received_at: Instant | null
  /** Why it needed a look, and what the committee made of it: the server's code and sentence. */
  code: string | null
  message: string | null
  /** Set for an entry the committee looks at or has decided; `state` says which. */
  asked: Asked | null
  undo_until: Instant | null
  photos_pending: number
  /** When it last left this phone in a sealed file. */
  carried_at: Instant | null
  /** Its content on this phone cannot be read any more; the sealed copy can still be handed over. */
  unreadable: boolean
}
