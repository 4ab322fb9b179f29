/** The messages on this phone, and which of them were seen here before the committee's server heard of it. */
import { current } from './current'
import type { MessageRow } from './rows'
import { isQuiet } from '../sync/wire'
import type { Uuid } from '../sync/wire'

/** What each "seen" recorded on this phone named; such entries never change. */
const named = new Map<Uuid, [Uuid, number][]>()
/** Up to which version a message was seen on this phone. */
let seenHere = new Map<Uuid, number>()

/** Newest first. */
export function messages(): MessageRow[] {
  return (current()?.replica.rows('message') ?? []).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

export function isNew(row: MessageRow): boolean {
  return row.read_at === null && (seenHere.get(row.id) ?? 0) < row.version
}

export function newMessages(): MessageRow[] {
  return messages().filter(isNew)
}

/** What this phone recorded as seen; such entries are opened once. */
export function knownSeen(id: Uuid): boolean {
  return named.has(id)
}

/** Called with the entries of this phone whenever they moved. */
export function noteSeen(entries: readonly { state: { id: Uuid; type: string }; entry: { payload: Record<string, unknown> } | null }[]): void {
  const next = new Map<Uuid, number>()
  for (const { state, entry } of entries) {
    if (!isQuiet(state.type)) continue
    if (entry) named.set(state.id, seenIn(entry.payload))
    for (const [id, version] of named.get(state.id) ?? []) next.set(id, Math.max(version, next.get(id) ?? 0))
  }
  seenHere = next
  if (entries.length === 0) named.clear()
}

function seenIn(payload: Record<string, unknown>): [Uuid, number][] {
  const rows = (payload.messages ?? []) as { id: Uuid; version: number }[]
  return rows.map(({ id, version }) => [id, version])
}
