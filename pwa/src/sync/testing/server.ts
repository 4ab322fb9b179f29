/** What the simulated world needs of a server: the real handlers and the reference model both offer it. */
import type { Mutation, Uuid } from '../wire'

export type Crash = 'before_commit' | 'between' | 'after_commit'

export interface Request {
  kind: 'enrol' | 'push' | 'pull' | 'scope' | 'courier'
  /** Index of the person and of the phone (of a carried file: of whoever brings it). */
  user: number
  device: number
  body: unknown
  cursor: string | null
  crash: Crash | null
}

/** A carried file as the story tells it; the real server gets it signed and sealed. */
export interface CarriedFile {
  /** Index of the phone in whose name it speaks. */
  from: number
  device_id: Uuid
  mutations: Mutation[]
  /** False when somebody else made it who knows the server's public key. */
  signed: boolean
}

export interface Row {
  entity: string
  id: Uuid
  row: Record<string, unknown>
}

export interface Response {
  status: number
  json: unknown
  protocol: string | null
  retryAfterS: number | null
  /** With the last page of a pull: all that its reader may hold at this moment. */
  view: Row[] | null
  /** The server died: whatever it did, no answer leaves it. */
  died: boolean
}

export interface Setup {
  /** Which person uses which phone. */
  phones: number[]
  households: Uuid[]
  /** Tasks that start in the pool. */
  tasks: Uuid[]
}

export type Control =
  | { do: 'assign' | 'unassign'; user: number; household: Uuid }
  | { do: 'edit'; household: Uuid }
  | { do: 'settle'; n: number; how: 'accepted' | 'closed' }
  | { do: 'pool_task' }
  | { do: 'backup' }
  | { do: 'restore' }
  | { do: 'revoke'; device: number }

/** What is true on the server now, read past all handlers. */
export interface Truth {
  epoch: string
  applied: Record<Uuid, number>
  quarantined: Uuid[]
  /** Cases the committee still sees as open. */
  open: Uuid[]
  households: Record<number, Uuid[]>
}

export interface Server {
  reset(seed: number, quirks: Quirks): Promise<Setup>
  request(request: Request, nowMs: number): Promise<Response>
  control(control: Control, nowMs: number): Promise<void>
  truth(): Promise<Truth>
}

/** Honest weaknesses of a server that the protocol must live with. */
export interface Quirks {
  /** Refuses requests with more entries than this. */
  maxCount: number
  /** Entries now and then find a lock held. */
  locks: boolean
  /** A withdrawal now and then never reaches the change log. */
  forgetsDrops: boolean
  pageSize: number
}

/** Protections that can be taken out of the reference server, to see that the suite notices. */
export type ServerSabotage =
  | 'no_ledger' | 'seq_is_key' | 'two_transactions' | 'no_scope_drop' | 'no_quarantine' | 'no_savepoint'
  | 'same_epoch' | 'plain_sequence' | 'verdict_without_effect' | 'unsigned_accepted' | 'backed_up_too_early' | 'numbers_of_another_history'
