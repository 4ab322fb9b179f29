/**
 * The village's committee, on this page: it answers as the real one does, and has no way to anybody. What it
 * was told it hands back as rows, which the phone keeps; it keeps nothing itself.
 */
import type { Change, Line, Mutation, Piece, PushRequest, RawAnswer } from '@/sync'
import { isoDay } from '@/ui/dates'
import { t } from '@/i18n'
import { AREA, area, homeId, homeIds, HOMES, household, task, taskId } from './village'

const EPOCH = 'practice'
const DAY = 86_400_000

const put = (entity: string, row: { id: string; [field: string]: unknown }, version: number, household_id?: string): Change =>
  ({ entity, id: row.id, version, op: 'put', row, ...(household_id ? { household_id } : {}) })

export class PracticeCommittee implements Line {
  /** What came of entries and was not asked for yet. */
  private untold: Change[] = []

  constructor(private readonly signal: () => boolean, private readonly now: () => number = Date.now) {}

  readonly proof = async (): Promise<Record<string, string>> => ({})

  connected(): boolean {
    return this.signal()
  }

  async enrol(): Promise<RawAnswer> {
    // Copies are sealed as everywhere; nobody has the key that would open these.
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    const public_key = btoa(String.fromCharCode(...raw)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    const seal = { key_id: 'practice', public_key, suite: 'P256-HKDF-SHA256-AES256GCM' }
    return this.answer({ device_id: 'practice-phone', epoch: EPOCH, seal, lease_hours: 336, access_token: '' })
  }

  async pull(cursor: string | null): Promise<RawAnswer> {
    return this.answer(await this.since(cursor))
  }

  async push(request: object): Promise<RawAnswer> {
    const { batch_id, mutations, want_pull, cursor } = request as PushRequest
    if (!this.signal()) return this.answer({})
    const seq = Number(cursor ?? 0) + mutations.length
    const verdicts = mutations.map(({ mutation_id }) => ({ mutation_id, verdict: 'applied', versions: {}, seq, area_id: AREA }))
    for (const one of mutations) if ('payload' in one) this.untold.push(...(await this.cameOf(one, seq + 1)))
    return this.answer({ batch_id, epoch: EPOCH, verdicts, ...(want_pull ? { pull: await this.since(cursor ?? null, seq) } : {}) })
  }

  async scope(): Promise<RawAnswer> {
    return this.answer({ household_ids: homeIds() })
  }

  /** A photo is taken whole, and kept nowhere. */
  async piece(_method: string, url: string, more: Record<string, string>): Promise<Piece | null> {
    if (!this.signal()) return null
    const headers: Record<string, string | undefined> = { 'Tus-Resumable': '1.0.0', 'Upload-Offset': more['Upload-Length'], Location: url }
    return { status: 201, header: (name) => headers[name] ?? null, code: '' }
  }

  /** The whole village at first, then what came of entries. */
  private async since(cursor: string | null, seq = Number(cursor ?? 0)): Promise<object> {
    const told = { epoch: EPOCH, server_time: this.time() }
    if (cursor !== null && this.untold.length === 0) return { ...told, same: true }
    const changes = [...(cursor === null ? await this.village() : []), ...this.untold]
    this.untold = []
    const ids = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(homeIds().join('\n'))))
    const scope_digest = [...ids].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return { ...told, scope_version: 1, scope_digest, changes, next_cursor: String(seq), more: false }
  }

  private async village(): Promise<Change[]> {
    const changes = [put('area', { ...area() }, 1)]
    for (const k of HOMES.keys()) {
      const home = await household(k, this.now())
      changes.push(put('household', { ...home }, 1, home.id))
      const visit = task(k, this.now())
      if (visit) changes.push(put('task', { ...visit }, 1, home.id))
    }
    return changes
  }

  /** What the rows are after an entry, as the real committee's would be. */
  private async cameOf({ mutation_id, type, entity_id, payload }: Mutation, version: number): Promise<Change[]> {
    if (type === 'task.decline' || type === 'task.hand_over') return [{ entity: 'task', id: entity_id, version, op: 'tombstone' }]
    const k = HOMES.findIndex((_, n) => payload.household_id === homeId(n))
    if (type !== 'visit.record' || k < 0) return []
    const now = this.now()
    const home = await household(k, now)
    const { visit_date, met, next_action: next } = payload
    const last_contact = { date: visit_date, kind: 'visit', by: t('practice.you'), outcome: met, next }
    const changes = [put('visit', { id: entity_id, household_id: home.id, mutation_id, visit_date, met, received_at: this.time(), state: 'applied' }, version, home.id)]
    if (met === 'met' || met === 'family') changes.push(put('household', { ...home, last_contact, last_contact_days: 0 }, version, home.id))
    const visit = payload.task_id === taskId(k) ? task(k, now) : null
    if (visit && met === 'not_met') changes.push(put('task', { ...visit, reasons: ['second_try:1'], due_from: isoDay(now + DAY), due_to: isoDay(now + 3 * DAY), version }, version, home.id))
    else if (visit) changes.push({ entity: 'task', id: visit.id, version, op: 'tombstone' })
    return changes
  }

  private time(): string {
    return new Date(this.now()).toISOString()
  }

  private answer(json: object): RawAnswer {
    const [sentWall, sentMono] = [this.now(), performance.now()]
    const times = { sentWall, gotWall: sentWall, sentMono, gotMono: sentMono, sentBytes: 0, retryAfterS: null }
    if (!this.signal()) return { status: 0, failure: 'network', json: null, isJson: false, protocol: null, ...times }
    return { status: 200, failure: null, json: { server_time: this.time(), ...json }, isJson: true, protocol: '1', ...times }
  }
}
