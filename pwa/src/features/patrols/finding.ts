/** One unfinished finding, kept on the phone at every tap, and what of it is sent. */
import { computed, reactive } from 'vue'
import { keepDraft } from '@/app/keepDraft'
import * as sync from '@/sync'
import { isoDay } from '@/ui/dates'

export type Kind = sync.FindingPayload['kind']
/** What a patrol meets most comes first; all of them are the types the committee reports by. */
export const DISPUTES = [
  'neighbour', 'marriage_family', 'property', 'housing_land', 'farmland_contract', 'labour', 'damages', 'traffic', 'consumer', 'contract',
  'medical', 'forest_land', 'expropriation', 'pollution', 'business', 'petition', 'other',
] as const
export const HAZARDS = ['gas', 'electric', 'fire', 'heating_co', 'structure', 'falls', 'flood', 'scam', 'other'] as const
export const FIRST = 8
export const RISKS = ['none', 'may_escalate', 'may_group', 'may_crime'] as const
export const LEVELS = ['general', 'major', 'critical'] as const
export const SOURCES = ['by_committee', 'by_party', 'transferred'] as const
export const NOBODY: sync.Party = { name: null, sex: null, age: null, phone: null, address: null, id_no: null }

export function finding(patrolId: string, kind: Kind) {
  const key = `patrol:${patrolId}:${kind}`
  const said = reactive<sync.FindingPayload>({
    patrol_id: patrolId, kind, type: '', found_date: isoDay(), place: null, summary: null, parties: [], people_count: null, level: null,
    source: null, risk: null, cause: null, demand: null, measure: null, deadline: null, attachments: [],
  })
  const missing = computed(() => (said.type === '' ? 'type' : !said.place?.trim() && !said.summary?.trim() ? 'words' : null))
  const { savedAt, unsaved, save, saveSoon, flush, load: kept, finished, drop } = keepDraft(key, copy)

  function put(change: Partial<sync.FindingPayload>, soon = false): void {
    Object.assign(said, change)
    if (soon) saveSoon()
    else void save()
  }
  async function load(): Promise<boolean> {
    const before = await kept<sync.FindingPayload>()
    if (!before) return false
    Object.assign(said, before)
    return true
  }
  async function finish(): Promise<sync.Recorded> {
    await flush()
    const recorded = await sync.enqueue('patrol.finding', tidy(copy()), { draftKey: key, undoMs: 10_000 })
    finished()
    return recorded
  }
  function copy(): sync.FindingPayload { return JSON.parse(JSON.stringify(said)) as sync.FindingPayload }
  return { said, missing, savedAt, unsaved, put, save, flush, load, finish, drop, key }
}

/** Empty answers are null, people of whom nothing was said are left out; a hazard says nothing of people. */
export function tidy(said: sync.FindingPayload): sync.FindingPayload {
  const words = (text: string | null): string | null => text?.trim() || null
  const parties = said.parties
    .map((one) => ({ ...one, name: words(one.name), phone: words(one.phone), address: words(one.address), id_no: words(one.id_no) }))
    .filter((one) => one.name ?? one.phone ?? one.address ?? one.id_no)
  const quarrel = said.kind === 'dispute'
  return {
    ...said, place: words(said.place), summary: words(said.summary), cause: words(said.cause), demand: words(said.demand), measure: words(said.measure),
    parties: quarrel ? parties : [], people_count: quarrel ? (said.people_count ?? (parties.length || null)) : null,
    level: quarrel ? (said.level ?? 'general') : null, source: quarrel ? (said.source ?? 'by_committee') : null, risk: quarrel ? said.risk : null,
    attachments: quarrel ? [] : said.attachments,
  }
}
