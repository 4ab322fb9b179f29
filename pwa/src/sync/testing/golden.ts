/**
 * Prints an outbox as this build records it: one entry of every kind, in wire form and sealed
 * to the key given. Kept for every build that ever reached a phone, so that a server can show
 * years later that it still takes what an old phone hands in.
 *
 *   node golden.mjs '{"key_id":"…","public_key":"…","suite":"…"}' BUILD
 */
import { sealEntry } from '../../db/seal'
import { MemoryStore } from '../../db/memory'
import { canonical, toBase64url } from '../canonical'
import { makeEntry } from '../record'
import type { About } from '../record'
import type { Stamp } from '../engine/events'
import type { FindingPayload, MutationName, MutationPayloads, SealKey, VisitPayload } from '../wire'
import { Chance } from './chance'

const seal = JSON.parse(process.argv[2] ?? '{}') as SealKey
const chance = new Chance(20261124)
const begin = Date.parse('2026-11-23T02:00:00.000Z')
const ids = (n: number): string[] => Array.from({ length: n }, () => chance.uuid(begin))
const households = ids(2) as [string, string]
const tasks = ids(3) as [string, string, string]
const store = new MemoryStore({} as MemoryStore['device'])
let minute = 0

async function add<N extends MutationName>(name: N, args: MutationPayloads[N], about: About): Promise<string> {
  const wall = begin + ++minute * 60_000
  const now: Stamp = { wall, mono: minute * 60_000, bootId: 'boot-golden', rand: 0, uuid: chance.uuid(wall) }
  const entry = await makeEntry(name, args, about, { offsetMs: 1500, bootId: 'boot-golden', wallMs: begin, monoMs: 0 }, now)
  store.record(entry, { undoUntil: 0, recordedAt: wall })
  return entry.mutation_id
}

const visit: VisitPayload = {
  household_id: households[0], task_id: null, visit_date: '2026-11-23', started_at: '2026-11-23T01:58:00.000Z', mode: 'door',
  purpose: 'routine', met: 'met', people_met: [], family_changes: null, needs: ['repair'], hazards: ['gas', 'heating_co'],
  policies_told: ['高龄津贴'], items_given: [{ name: '煤气报警器', qty: 1, unit: '个' }], opinion: '𠮷祥里的路灯不亮 💡，夜里看不清', next_action: 'revisit',
  next_date: '2026-11-27', duration_min: 25, filled_for: null, evidence: 'list', code_generation: null, attachments: [], form: 'F1', form_version: 1,
}
const visitId = chance.uuid(begin)
const first = await add('visit.record', visit, { entityId: visitId })
await add('visit.record', { ...visit, household_id: households[1], met: 'not_met', hazards: [], needs: [], items_given: [], opinion: null }, { entityId: chance.uuid(begin) })
await add('visit.amend', { ...visit, amends: visitId, duration_min: 30 }, { entityId: chance.uuid(begin), dependsOn: [first] })
await add('task.claim', {}, { entityId: tasks[0], baseVersion: 1 })
await add('task.claim', {}, { entityId: tasks[1], baseVersion: 1 })
await add('task.decline', { reason: 'no_time', note: '这周在外地' }, { entityId: tasks[1] })
await add('task.claim', {}, { entityId: tasks[2], baseVersion: 1 })
await add('task.hand_over', { to_user_id: null, note: '' }, { entityId: tasks[2] })
const elder: VisitPayload = {
  ...visit, household_id: households[1], hazards: null, items_given: [], opinion: null, next_action: 'refer', next_date: null, form: 'F2', form_version: 1,
  health: { state: 'watch', signs: ['eating', 'medicine'] }, mind: { state: 'well', signs: [] }, safety: { state: 'watch', signs: [] },
  hygiene: { state: 'well', signs: [] }, living: null, supporter_contact: 'weekly', device_ok: null,
}
const elderId = chance.uuid(begin)
const checked = await add('visit.record', elder, { entityId: elderId })
await add('visit.amend', { ...elder, amends: elderId, health: null, mind: null, safety: null, hygiene: null, supporter_contact: null, opinion: '又想起来一句' }, { entityId: chance.uuid(begin), dependsOn: [checked] })
await add('duty_report.record', { household_id: households[0], kind: 'violence', calls: [{ number: '110', at: '2026-11-23T02:03:00.000Z' }], done: '把人接到了邻居家', noticed_at: '2026-11-23T02:01:00.000Z' }, { entityId: chance.uuid(begin) })
await add('duty_report.record', { household_id: null, kind: null, calls: [], done: '看见有人翻墙', noticed_at: null }, { entityId: chance.uuid(begin) })
const quarrel: FindingPayload = {
  patrol_id: null, kind: 'dispute', type: 'neighbour', found_date: '2026-11-23', place: '3号楼楼道', summary: '为楼道里堆的东西吵起来', parties: [{ name: '荀竹砚', sex: 'm', age: 52, phone: '15400000052', address: null, id_no: null }],
  people_count: 2, level: 'general', source: 'by_committee', risk: 'may_escalate', cause: null, demand: '搬走', measure: null, deadline: '2026-11-30', attachments: [],
}
await add('patrol.finding', quarrel, { entityId: chance.uuid(begin) })
await add('patrol.finding', { ...quarrel, kind: 'hazard', type: 'gas', parties: [], people_count: null, level: null, source: null, risk: null, demand: null, deadline: null, summary: '楼道里有煤气味' }, { entityId: chance.uuid(begin) })
const child = chance.uuid(begin), consentId = chance.uuid(begin)
const agreed = await add('consent.give', {
  household_id: households[0], resident_id: child, purpose: 'child_check', text_version: 1, method: 'tap', given_by: 'guardian',
  guardian: { name: '田听雨', relation: '奶奶', phone: '15400000053' }, parents_told: false, cannot_say: false,
}, { entityId: consentId })
const childCheck: VisitPayload = {
  ...visit, household_id: households[0], hazards: null, needs: [], policies_told: [], items_given: [], opinion: null, next_action: 'none', next_date: null, form: 'F2c', form_version: 2,
  guardianship: 'good', school: 'attending', child_health: null, contact_with_parents: 'weekly', harm_sign: 'none', guardian: null, entrusted_carer: null, support: null,
  child_id: child, consent_id: consentId,
}
await add('visit.record', childCheck, { entityId: chance.uuid(begin), dependsOn: [agreed] })
await add('consent.withdraw', { household_id: households[0], reason: '' }, { entityId: consentId, dependsOn: [agreed] })

const states = [...store.states.values()]
const entries = await Promise.all(store.take(states.map((state) => state.id)).mutations.map(async (mutation) => {
  const content = store.contents.get(mutation.mutation_id)
  const sealed = await sealEntry(seal, mutation.mutation_id, new TextEncoder().encode(JSON.stringify(content)))
  return { mutation, canonical: canonical(mutation.payload), sealed: toBase64url(sealed.bytes) }
}))
const golden = { build: process.argv[3] ?? '', households, tasks, children: [child], key_id: seal.key_id, states, entries }
process.stdout.write(`${JSON.stringify(golden, null, 1)}\n`)
process.exit(0)
