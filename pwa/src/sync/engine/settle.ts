/**
 * What a believed answer changes: verdicts move entries, a page moves rows and the cursor.
 * All of it goes into one transaction; see `durable` for when memory follows.
 */
import type { Effect, Op, Stamp } from './events'
import { backoffMs, pollMs } from './backoff'
import { instantOf } from './answers'
import { begin, hoursOf } from '../../db/lock/lease'
import { ARCHIVE_MS, SHOWN_MS } from './state'
import type { AfterStore, State } from './state'
import { nothingYet, store } from './step'
import type { FinalVerdict, NothingNew, PullPage, PushAnswer, Verdict } from '../wire'

export function settle(state: State, answer: PushAnswer, after: AfterStore, now: Stamp): Op[] {
  const ops: Op[] = []
  const at = instantOf(answer.server_time) ?? now.wall
  for (const verdict of answer.verdicts) {
    const item = state.items.find((one) => one.id === verdict.mutation_id)
    if (!item || item.place !== 'waiting') continue
    if (verdict.verdict === 'retry') {
      const attempts = item.attempts + 1
      const wait = Math.max(verdict.after_s * 1000, backoffMs(attempts, now.rand))
      state.items = state.items.map((one) => (one.id === item.id ? { ...one, attempts } : one))
      state.notBefore = new Map(state.notBefore).set(item.id, now.mono + wait)
      ops.push({ op: 'attempts', id: item.id, attempts })
      continue
    }
    const final = finalOf(verdict)
    if (final.verdict === 'applied') {
      ops.push({ op: 'archive', id: item.id, seq: final.seq, area: final.area_id ?? null, at })
      after.leave.push(item.id)
      after.received.push({ mutation_id: item.id, type: item.type, at: new Date(at).toISOString() })
    } else if (state.resolved.has(item.id) || state.meta.revoked) {
      // The committee settled it before we learned that it was held, or this phone is leaving.
      ops.push({ op: 'archive', id: item.id, seq: null, area: null, at })
      after.leave.push(item.id)
    } else {
      const { code, message } = reasonOf(final)
      ops.push({ op: 'hold', id: item.id, code, message, at })
      after.hold.push({ id: item.id, code, message })
    }
  }
  return ops
}

function finalOf(verdict: Exclude<Verdict, { verdict: 'retry' }>): FinalVerdict {
  return verdict.verdict === 'duplicate' ? verdict.original : verdict
}

function reasonOf(final: Exclude<FinalVerdict, { verdict: 'applied' }>): { code: string; message: string } {
  return final.verdict === 'conflict' ? { code: 'conflict', message: final.fields.join(', ') } : { code: final.code, message: final.message }
}

/**
 * Entries that were refused and settled in one answer (a task somebody else claimed first) stay
 * in sight for the rest of that page life, so that the person is told, and leave at the next start.
 */
export function sweep(state: State, effects: Effect[]): boolean {
  const gone = state.items.filter((item) => item.place === 'held' && state.resolved.has(item.id))
  if (gone.length === 0) return false
  const after = nothingYet()
  const ops = gone.map((item): Op => ({ op: 'archive', id: item.id, seq: null, area: null, at: item.heldAt ?? item.recordedAt }))
  after.leave = gone.map((item) => item.id)
  store(state, effects, ops, after)
  return true
}

export function takePage(state: State, effects: Effect[], page: PullPage | NothingNew, since: string | null, after: AfterStore, now: Stamp): Op[] {
  state.pullDue = false
  state.pollAt = now.mono + pollMs(now.rand)
  // Reading is granted by the word of who may read what, never by a receipt for entries alone.
  after.meta.lease = begin(now.wall)
  if ('same' in page) {
    after.meta.filled = true
    return since === null ? [] : [{ op: 'rows', changes: [], since }]
  }
  // A pull from the start says what there is, not what went: what was deleted since an older cursor leaves with the old lists.
  const ops: Op[] = [...(since === null ? [{ op: 'drop_replica' } as const] : []), { op: 'rows', changes: page.changes, since }]
  // The server's clock: a phone set to another year must not throw its archive away.
  const at = instantOf(page.server_time) ?? now.wall
  Object.assign(after.meta, { cursor: page.next_cursor, filled: !page.more || (since !== null && state.meta.filled) })
  if (page.device) after.meta.receipt = page.device
  if (page.more) state.pullDue = true
  else after.digest = page.scope_digest

  const held = new Map(state.items.filter((item) => item.place === 'held').map((item) => [item.id, item]))
  for (const { entity, row } of page.changes) {
    if (entity !== 'attention' || !row || row.state === 'open' || typeof row.mutation_id !== 'string') continue
    after.resolved.push(row.mutation_id)
    if (held.has(row.mutation_id)) {
      ops.push({ op: 'archive', id: row.mutation_id, seq: null, area: null, at })
      after.leave.push(row.mutation_id)
    }
  }
  ops.push({ op: 'prune_archive', backedUp: page.backed_up ?? null, before: at - ARCHIVE_MS, shownSince: at - SHOWN_MS })
  if (page.flags?.lease_hours !== undefined) after.meta.leaseHours = hoursOf(page.flags.lease_hours)
  if (page.flags?.kill_worker) effects.push({ do: 'kill_worker' })
  return ops
}
