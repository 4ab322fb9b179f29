/**
 * Reads what came back and decides whether to believe it. An answer is believed only when
 * it is JSON, carries our protocol header and speaks of exactly what was asked; a hotel's
 * log-in page, a cut body or somebody else's batch say nothing about what the server did.
 */
import type { RawAnswer } from './events'
import { PROTOCOL } from '../wire'
import type {
  Change, DeviceReceipt, EnrolAnswer, FinalVerdict, LeftBehind, NothingNew, PullPage, PushAnswer, SealKey, Uuid, Verdict,
} from '../wire'

/** Told by our own server, in its own words. */
export interface Told {
  is: 'told'
  status: number
  code: string
  details: Record<string, unknown>
  ours: boolean
}
export type Unknown = { is: 'unknown'; why: 'network' | 'timeout' | 'portal' | 'server' | 'garbled' }
export type Reading<T> = { is: 'answer'; body: T } | Told | Unknown

type Json = Record<string, unknown>
const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)
const isInt = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v)
const isText = (v: unknown): v is string => typeof v === 'string'

function read<T>(raw: RawAnswer, parse: (json: Json) => T | null, success: readonly number[] = [200]): Reading<T> {
  if (raw.failure) return { is: 'unknown', why: raw.failure }
  const ours = raw.protocol === String(PROTOCOL)
  if (success.includes(raw.status)) {
    if (!raw.isJson || !ours) return { is: 'unknown', why: raw.isJson ? 'garbled' : 'portal' }
    const body = isObject(raw.json) ? parse(raw.json) : null
    return body ? { is: 'answer', body } : { is: 'unknown', why: 'garbled' }
  }
  if (raw.status >= 400) {
    const json = raw.isJson && isObject(raw.json) ? raw.json : {}
    const code = isText(json.error) ? json.error : ''
    return { is: 'told', status: raw.status, code, details: isObject(json.details) ? json.details : {}, ours: ours || code.startsWith('sync.') }
  }
  return { is: 'unknown', why: 'portal' }
}

export function readPush(raw: RawAnswer, asked: { batchId: Uuid; ids: Uuid[]; epoch: string }): Reading<PushAnswer> {
  return read(raw, (json) => {
    if (json.batch_id !== asked.batchId || json.epoch !== asked.epoch) return null
    if (!Array.isArray(json.verdicts) || json.verdicts.length !== asked.ids.length) return null
    const time = instantOf(json.server_time)
    if (time === null) return null
    const verdicts: Verdict[] = []
    for (const [i, given] of json.verdicts.entries()) {
      const verdict = verdictOf(given, asked.ids[i] as Uuid)
      if (!verdict) return null
      verdicts.push(verdict)
    }
    const answer: PushAnswer = { batch_id: asked.batchId, epoch: asked.epoch, server_time: json.server_time as string, verdicts }
    const device = receiptOf(json.device)
    if (device) answer.device = device
    const pull = isObject(json.pull) ? pullOf(json.pull) : null
    if (pull?.epoch === asked.epoch) answer.pull = pull
    return answer
  })
}

export function readPull(raw: RawAnswer, epoch: string): Reading<PullPage | NothingNew> {
  const reading = read(raw, pullOf)
  if (reading.is !== 'answer' || reading.body.epoch === epoch) return reading
  // A pull from the start names no epoch, so a restored server answers it as if nothing had been.
  return { is: 'told', status: 409, code: 'sync.epoch_changed', details: { epoch: reading.body.epoch }, ours: true }
}

export function readScope(raw: RawAnswer): Reading<{ household_ids: Uuid[] }> {
  return read(raw, (json) =>
    Array.isArray(json.household_ids) && json.household_ids.every(isText) ? { household_ids: json.household_ids } : null)
}

export function readEnrol(raw: RawAnswer): Reading<EnrolAnswer> {
  return read(raw, (json) => {
    const seal = sealOf(json.seal)
    if (!isText(json.device_id) || !isText(json.epoch) || !seal || instantOf(json.server_time) === null) return null
    return {
      device_id: json.device_id, epoch: json.epoch, seal, server_time: json.server_time as string,
      lease_hours: isInt(json.lease_hours) ? json.lease_hours : 72,
      access_token: isText(json.access_token) ? json.access_token : '', left_behind: leftBehindOf(json.left_behind),
    }
  }, [200, 201])
}

export function instantOf(value: unknown): number | null {
  if (!isText(value)) return null
  const ms = Date.parse(value)
  return Number.isFinite(ms) ? ms : null
}

function leftBehindOf(value: unknown): LeftBehind | null {
  if (!isObject(value) || !isInt(value.entries) || instantOf(value.heard_at) === null) return null
  return { entries: value.entries, heard_at: value.heard_at as string, here: value.here === true }
}

function sealOf(value: unknown): SealKey | null {
  if (!isObject(value) || !isText(value.key_id) || !isText(value.public_key) || !isText(value.suite)) return null
  return { key_id: value.key_id, public_key: value.public_key, suite: value.suite }
}

function finalVerdictOf(json: Json, id: Uuid): FinalVerdict | null {
  if (json.verdict === 'applied' && isInt(json.seq)) {
    const versions = isObject(json.versions) ? (json.versions as Record<Uuid, number>) : {}
    const area = isText(json.area_id) ? { area_id: json.area_id } : {}
    return { mutation_id: id, verdict: 'applied', versions, seq: json.seq, ...area }
  }
  if (json.verdict === 'conflict') {
    return {
      mutation_id: id, verdict: 'conflict', server_version: isInt(json.server_version) ? json.server_version : 0,
      fields: Array.isArray(json.fields) ? json.fields.filter(isText) : [],
    }
  }
  if (json.verdict === 'rejected' && isText(json.code)) {
    return { mutation_id: id, verdict: 'rejected', code: json.code, message: isText(json.message) ? json.message : '' }
  }
  return null
}

function verdictOf(given: unknown, id: Uuid): Verdict | null {
  if (!isObject(given) || given.mutation_id !== id) return null
  if (given.verdict === 'retry') {
    return { mutation_id: id, verdict: 'retry', after_s: isInt(given.after_s) ? given.after_s : 5 }
  }
  if (given.verdict === 'duplicate') {
    const original = isObject(given.original) ? finalVerdictOf(given.original, id) : null
    return original && { mutation_id: id, verdict: 'duplicate', original }
  }
  return finalVerdictOf(given, id)
}

function receiptOf(value: unknown): DeviceReceipt | null {
  if (!isObject(value) || !isInt(value.received_through)) return null
  const holes = Array.isArray(value.holes) ? (value.holes as [number, number][]) : []
  return { received_through: value.received_through, holes, open_items: isInt(value.open_items) ? value.open_items : 0 }
}

function changeOf(value: unknown): Change | null {
  if (!isObject(value) || !isText(value.entity) || !isText(value.id) || !isInt(value.version)) return null
  if (value.op !== 'put' && value.op !== 'tombstone') return null
  const change: Change = { entity: value.entity, id: value.id, version: value.version, op: value.op }
  if (isText(value.household_id)) change.household_id = value.household_id
  // Fields a newer server adds to a row are kept as they are.
  if (isObject(value.row)) change.row = value.row
  return change
}

function pullOf(json: Json): PullPage | NothingNew | null {
  const { epoch } = json
  if (!isText(epoch) || instantOf(json.server_time) === null) return null
  const server_time = json.server_time as string
  if (json.same === true) return { same: true, epoch, server_time }
  if (!Array.isArray(json.changes) || !isText(json.next_cursor) || typeof json.more !== 'boolean') return null
  const changes: Change[] = []
  for (const given of json.changes) {
    const change = changeOf(given)
    if (!change) return null
    changes.push(change)
  }
  const page: PullPage = {
    epoch, server_time, changes, next_cursor: json.next_cursor, more: json.more,
    scope_version: isInt(json.scope_version) ? json.scope_version : 0,
    scope_digest: isText(json.scope_digest) ? json.scope_digest : '',
  }
  const device = receiptOf(json.device)
  if (device) page.device = device
  const backedUp = backedUpOf(json.backed_up)
  if (backedUp) page.backed_up = backedUp
  if (isObject(json.flags)) {
    page.flags = {
      ...(json.flags.kill_worker === true ? { kill_worker: true } : {}),
      ...(isInt(json.flags.lease_hours) ? { lease_hours: json.flags.lease_hours } : {}),
    }
  }
  return page
}

export function backedUpOf(value: unknown): Record<string, number> | null {
  return isObject(value) && Object.values(value).every(isInt) ? (value as Record<string, number>) : null
}
