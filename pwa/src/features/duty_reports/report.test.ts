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
const { dutyReport } = await import('./report')

beforeEach(() => { kept.clear(); enqueue.mockClear(); vi.useFakeTimers({ now: Date.parse('2026-11-23T02:00:00.000Z') }) })

describe('an urgent report', () => {
  it('writes the time of a call down before the call leaves the page', async () => {
    const report = dutyReport('h1')
    report.called('110')
    await report.flush()
    expect(kept.get(report.key)?.value).toMatchObject({ calls: [{ number: '110', at: '2026-11-23T02:00:00.000Z' }] })
  })
  it('is there again after the page was closed', async () => {
    const first = dutyReport('h1')
    first.put({ done: '接到了邻居家' }, true)
    await vi.advanceTimersByTimeAsync(600)
    const second = dutyReport('h1')
    await second.load()
    expect(second.said.done).toBe('接到了邻居家')
    expect(dutyReport(null).said.done).toBeNull()
  })
  it('needs one word of any kind and nothing else', () => {
    const report = dutyReport(null)
    expect(report.empty.value).toBe(true)
    report.put({ done: '  ' })
    expect(report.empty.value).toBe(true)
    report.put({ kind: 'other' })
    expect(report.empty.value).toBe(false)
  })
  it('is an entry of its own and leaves no draft behind', async () => {
    const report = dutyReport('h1')
    report.put({ kind: 'minor', done: ' 孩子一个人在家 ' })
    await report.finish()
    expect(enqueue.mock.calls[0]).toMatchObject(['duty_report.record', { household_id: 'h1', kind: 'minor', calls: [], done: '孩子一个人在家' }, { draftKey: 'urgent:h1' }])
    report.put({ done: '又一句' })
    await report.flush()
    expect(kept.size).toBe(0)
  })
  it('that turned out to be nothing leaves no draft either', async () => {
    const report = dutyReport('h1')
    report.called('120')
    await report.drop()
    expect(kept.size).toBe(0)
    expect(enqueue).not.toHaveBeenCalled()
  })
})
