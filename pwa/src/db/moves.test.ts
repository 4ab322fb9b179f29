import { expect, it } from 'vitest'
import { move, newState } from './moves'
import type { StateRow } from './moves'

const DAY = 86_400_000
const NOW = 100 * DAY

function received(id: string, daysAgo: number, seq: number): StateRow {
  const content = { mutation_id: id, type: 'visit.record', entity_id: id, depends_on: [] } as unknown as Parameters<typeof newState>[0]
  return { ...newState(content, 10, { undoUntil: 0, recordedAt: 0 }), place: 'archived', applied_seq: seq, applied_area: 'a', settled_at: NOW - daysAgo * DAY }
}

function pruned(rows: StateRow[], backedUp: Record<string, number> | null): string[] {
  return move(rows, [{ op: 'prune_archive', backedUp, before: NOW - 30 * DAY, shownSince: NOW - 7 * DAY }]).remove
}

it('forgets only what a tried backup holds, and keeps even that in sight for a week', () => {
  const rows = [received('today', 0, 1), received('last week', 8, 2), received('after the backup', 8, 4), received('old', 31, 5)]
  expect(pruned(rows, { a: 3 })).toEqual(['last week', 'old'])
  expect(pruned(rows, null)).toEqual(['old'])
})
