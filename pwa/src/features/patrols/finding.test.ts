import { beforeEach, describe, expect, it, vi } from 'vitest'

const kept = new Map<string, { key: string; savedAt: string; value: unknown }>()
const enqueue = vi.fn(async (_name: string, _args: unknown, options?: { draftKey?: string }) => {
  if (options?.draftKey) kept.delete(options.draftKey)
  return { mutationId: 'm', entityId: 'e', recordedAt: '', undoUntil: null }
})
vi.mock('@/sync', () => ({
  saveDraft: vi.fn(async (key: string, value: unknown) => { kept.set(key, { key, savedAt: '2026-11-24T00:00:00.000Z', value }); return '2026-11-24T00:00:00.000Z' }),
  loadDraft: vi.fn(async (key: string) => kept.get(key) ?? null),
  dropDraft: vi.fn(async (key: string) => { kept.delete(key) }),
  enqueue: (...args: Parameters<typeof enqueue>) => enqueue(...args),
}))
const { finding, NOBODY, tidy } = await import('./finding')

beforeEach(() => { kept.clear(); enqueue.mockClear(); vi.useFakeTimers({ now: Date.parse('2026-11-23T02:00:00.000Z') }) })

describe('a finding', () => {
  it('asks for a type and one word of where or what, and for nothing else', () => {
    const one = finding('p1', 'hazard')
    expect(one.missing.value).toBe('type')
    one.put({ type: 'gas' })
    expect(one.missing.value).toBe('words')
    one.put({ place: '  ' })
    expect(one.missing.value).toBe('words')
    one.put({ place: '3号楼' })
    expect(one.missing.value).toBeNull()
  })
  it('is there again after the page was closed, the quarrel and the hazard apart', async () => {
    const first = finding('p1', 'dispute')
    first.put({ type: 'neighbour', summary: '吵起来了' }, true)
    await vi.advanceTimersByTimeAsync(600)
    const again = finding('p1', 'dispute')
    expect(await again.load()).toBe(true)
    expect(again.said.summary).toBe('吵起来了')
    expect(await finding('p1', 'hazard').load()).toBe(false)
    expect(await finding('p2', 'dispute').load()).toBe(false)
  })
  it('is an entry of its own and leaves no draft behind', async () => {
    const one = finding('p1', 'hazard')
    one.put({ type: 'gas', place: ' 3号楼 ' })
    await one.finish()
    expect(enqueue.mock.calls[0]).toMatchObject(['patrol.finding', { patrol_id: 'p1', kind: 'hazard', type: 'gas', place: '3号楼', found_date: '2026-11-23' }, { draftKey: 'patrol:p1:hazard' }])
    one.put({ summary: '又一句' })
    await one.flush()
    expect(kept.size).toBe(0)
  })
  it('of a hazard says nothing of people, of a quarrel carries no photo', () => {
    const all = { ...finding('p1', 'dispute').said, type: 'other', parties: [{ ...NOBODY, name: ' 荀竹砚 ' }, { ...NOBODY }], risk: 'none', attachments: [{ attachment_id: 'a', sha256: '', size: 1, mime: '' }] }
    const quarrel = tidy(all)
    expect(quarrel.parties.map(({ name }) => name)).toEqual(['荀竹砚'])
    expect(quarrel).toMatchObject({ people_count: 1, level: 'general', source: 'by_committee', risk: 'none', attachments: [] })
    expect(tidy({ ...all, kind: 'hazard' })).toMatchObject({ parties: [], people_count: null, level: null, source: null, risk: null, attachments: [{ attachment_id: 'a' }] })
  })
})
