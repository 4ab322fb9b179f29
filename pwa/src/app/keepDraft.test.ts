import { beforeEach, describe, expect, it, vi } from 'vitest'

const written: unknown[] = []
let disk: { done: () => void; fail: (why: Error) => void }[] = []
vi.mock('@/sync', () => ({
  saveDraft: vi.fn((_key: string, value: unknown) => new Promise((done, fail) => {
    disk.push({ done: () => { written.push(value); done('2026-11-24T00:00:00.000Z') }, fail })
  })),
}))
const { keepDraft } = await import('./keepDraft')
const { toasts } = await import('@/ui/toast')
const settled = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => { written.length = 0; disk = []; vi.useFakeTimers() })

describe('how an unfinished form gets onto the phone', () => {
  it('says that something is not there yet until the disk has said yes', async () => {
    const draft = keepDraft('visit:h1', () => 1)
    void draft.save()
    expect(draft.unsaved.value).toBe(true)
    await settled()
    expect(draft.unsaved.value).toBe(true)
    disk[0]!.done()
    await settled()
    expect(draft.unsaved.value).toBe(false)
    expect(draft.savedAt.value).toBe('2026-11-24T00:00:00.000Z')
  })
  it('takes all that is answered during one write with the one after it', async () => {
    let taps = 1
    const draft = keepDraft('visit:h1', () => taps)
    void draft.save()
    await settled()
    for (taps = 2; taps < 9; taps++) void draft.save()
    const last = draft.save()
    disk[0]!.done()
    await settled()
    expect(draft.unsaved.value).toBe(true)
    disk[1]!.done()
    await last
    expect(written).toEqual([1, 9])
    expect(draft.unsaved.value).toBe(false)
  })
  it('has something unsaved while text rests', async () => {
    const draft = keepDraft('visit:h1', () => 'text')
    void draft.save()
    await settled()
    draft.saveSoon()
    disk[0]!.done()
    await settled()
    expect(draft.unsaved.value).toBe(true)
    const left = draft.flush()
    await settled()
    disk[1]!.done()
    await left
    expect(draft.unsaved.value).toBe(false)
  })
  it('tells the person when the phone has no room, and goes on with the next answer', async () => {
    const draft = keepDraft('visit:h1', () => 1)
    void draft.save()
    await settled()
    disk[0]!.fail(Object.assign(new Error('full'), { name: 'NoRoom' }))
    await settled()
    expect(draft.unsaved.value).toBe(true)
    expect(toasts.map((one) => one.text).join()).toContain('手机没地方了，这一步没存下')
    void draft.save()
    await settled()
    disk[1]!.done()
    await settled()
    expect(draft.unsaved.value).toBe(false)
  })
  it('writes nothing any more once the entry has taken its place', async () => {
    const draft = keepDraft('visit:h1', () => 1)
    draft.finished()
    await draft.save()
    expect(disk).toEqual([])
  })
})
