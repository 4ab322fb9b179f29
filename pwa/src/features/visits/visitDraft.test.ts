import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { HouseholdRow, OwnQuestionsRow } from '@/db/queries'

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
const sheets: OwnQuestionsRow[] = []
vi.mock('@/db/queries', () => ({
  ownQuestions: () => sheets.filter((one) => one.asked),
  ownQuestionsOf: (area: string, version: number) => sheets.find((one) => one.area_id === area && one.version === version) ?? null,
}))
const { visitDraft, draftKey } = await import('./visitDraft')

const home = { id: 'h1', people: [{ id: 'p1', name: '蒲霜笺', relation_label: '本人' }] } as unknown as HouseholdRow
const listed = { evidence: 'list', generation: null, taskId: null } as const
const scanned = { evidence: 'qr', generation: 3, taskId: null } as const

beforeEach(() => { kept.clear(); sheets.length = 0; vi.useFakeTimers(); enqueue.mockClear() })

describe('an F1 form', () => {
  it('keeps an answer at the tap', async () => {
    const draft = visitDraft(home, null, scanned)
    draft.put({ hazards: ['gas'] })
    await draft.flush()
    expect(kept.get(draftKey('h1'))?.value).toMatchObject({ hazards: ['gas'] })
  })
  it('keeps text after half a second of rest, not at every key', async () => {
    const draft = visitDraft(home, null, scanned)
    draft.put({ opinion: '暖' }, true)
    await vi.advanceTimersByTimeAsync(400)
    draft.put({ opinion: '暖气' }, true)
    await vi.advanceTimersByTimeAsync(400)
    expect(kept.size).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(kept.get(draftKey('h1'))?.value).toMatchObject({ opinion: '暖气' })
  })
  it('keeps text at once when the field is left', async () => {
    const draft = visitDraft(home, null, scanned)
    draft.put({ opinion: '暖气' }, true)
    await draft.flush()
    expect(kept.get(draftKey('h1'))?.value).toMatchObject({ opinion: '暖气' })
  })
  it('is there again after the page was closed, with the better evidence of a later scan', async () => {
    const first = visitDraft(home, null, listed)
    first.put({ next_action: 'revisit', next_date: '2026-12-01' })
    await first.flush()
    const second = visitDraft(home, null, scanned)
    expect(await second.load()).toBe(true)
    expect(second.answers).toMatchObject({ next_action: 'revisit', evidence: 'qr', code_generation: 3 })
  })
  it('counts what is still open, and nothing is answered beforehand', () => {
    const draft = visitDraft(home, null, scanned)
    expect(draft.missing.value).toEqual(['hazards', 'next'])
    draft.put({ hazards: [] })
    expect(draft.missing.value).toEqual(['next'])
  })
  it('that corrects an earlier visit is sent as a new entry which amends it', async () => {
    kept.set(draftKey('h1'), { key: draftKey('h1'), savedAt: '', value: { ...visitDraft(home, null, listed).answers, hazards: [], next_action: 'none', amends: 'v1' } })
    const draft = visitDraft(home, null, listed)
    await draft.load()
    draft.put({ opinion: '暖气好了' })
    await draft.finish()
    expect(enqueue).toHaveBeenCalledExactlyOnceWith('visit.amend', expect.objectContaining({ amends: 'v1', opinion: '暖气好了' }), { draftKey: draftKey('h1') })
  })
  it('that corrects nothing says nothing of an earlier visit', async () => {
    const draft = visitDraft(home, null, listed)
    draft.put({ hazards: [], next_action: 'none' })
    await draft.finish()
    expect(enqueue.mock.calls[0]?.[0]).toBe('visit.record')
    expect(enqueue.mock.calls[0]?.[1]).not.toHaveProperty('amends')
  })
  it('becomes one record and its draft is gone', async () => {
    const draft = visitDraft(home, { id: 't1' } as never, scanned)
    draft.put({ hazards: [], next_action: 'none', next_date: '2026-12-01', opinion: '  ', items_given: [{ name: '', qty: 1, unit: '' }, { name: '面', qty: 2, unit: '袋' }] })
    await draft.finish()
    expect(enqueue).toHaveBeenCalledOnce()
    expect(enqueue.mock.calls[0]![1]).toMatchObject({ household_id: 'h1', task_id: 't1', met: 'met', people_met: ['p1'], hazards: [], next_action: 'none', next_date: null, opinion: null, items_given: [{ name: '面', qty: 2, unit: '袋' }], evidence: 'qr', code_generation: 3 })
    draft.put({ opinion: '晚到的字' })
    await draft.flush()
    expect(kept.size).toBe(0)
  })
  it('cannot be recorded while a question is open', async () => {
    const draft = visitDraft(home, null, scanned)
    await expect(draft.finish()).rejects.toThrow()
    expect(enqueue).not.toHaveBeenCalled()
  })
})

describe('an elder’s check', () => {
  const elder = { ...home, form: 'F2' } as HouseholdRow
  const well = { state: 'well', signs: [] } as const
  const allWell = () => ({ health: { ...well, signs: [] }, mind: { ...well, signs: [] }, safety: { ...well, signs: [] }, hygiene: { ...well, signs: [] }, living: { ...well, signs: [] } })

  it('asks five heads and what comes next, and counts none of them as well before a tap', () => {
    const draft = visitDraft(elder, null, scanned)
    expect(draft.missing.value).toEqual(['health', 'mind', 'safety', 'hygiene', 'living', 'next'])
    expect(draft.answers).toMatchObject({ form: 'F2', health: null, hazards: null })
  })
  it('is sent with its form, its version and its heads', async () => {
    const draft = visitDraft(elder, null, scanned)
    draft.put({ ...allWell(), safety: { state: 'watch', signs: ['water'] }, next_action: 'none' })
    await draft.finish()
    expect(enqueue.mock.calls[0]).toMatchObject(['visit.record', { form: 'F2', form_version: 1, hazards: null, health: well, safety: { state: 'watch', signs: ['water'] } }, { draftKey: draftKey('h1') }])
  })
  it('by telephone leaves open what cannot be seen from afar', () => {
    const draft = visitDraft(elder, null, scanned)
    draft.put({ mode: 'phone' })
    expect(draft.missing.value).toEqual(['next'])
  })
  it('that corrects one asks for no head again and sends null for what stays', async () => {
    const draft = visitDraft(elder, null, listed)
    draft.put({ amends: 'v1', next_action: 'none' })
    expect(draft.missing.value).toEqual([])
    await draft.finish()
    expect(enqueue.mock.calls[0]).toMatchObject(['visit.amend', { amends: 'v1', health: null, living: null }, {}])
  })
  it('does not turn a usual form begun here before into another one', async () => {
    const first = visitDraft(home, null, scanned)
    first.put({ hazards: ['gas'], next_action: 'none' })
    await first.flush()
    const second = visitDraft(elder, null, scanned)
    await second.load()
    expect(second.missing.value).toEqual([])
    await second.finish()
    const sent = enqueue.mock.calls[0]?.[1] as Record<string, unknown>
    expect(sent.form).toBe('F1')
    expect('health' in sent).toBe(false)
  })
})

describe('a child’s check', () => {
  const child = { ...home, form: 'F2c' } as HouseholdRow

  it('stands beside the usual form of the same home and asks what it must', () => {
    const draft = visitDraft(child, null, scanned)
    expect(draft.key).not.toBe(draftKey('h1'))
    expect(draft.missing.value).toEqual(['guardianship', 'school', 'contact_with_parents', 'harm_sign', 'next'])
    draft.unagreed.value = true
    expect(draft.missing.value).toContain('consent')
  })
  it('is not finished while nobody has agreed to it', async () => {
    const draft = visitDraft(child, null, scanned)
    draft.put({ guardianship: 'good', school: 'attending', contact_with_parents: 'weekly', harm_sign: 'none', next_action: 'none' })
    draft.unagreed.value = true
    await expect(draft.finish()).rejects.toThrow()
    expect(enqueue).not.toHaveBeenCalled()
  })
  it('is sent as itself, with null for what was not asked', async () => {
    const draft = visitDraft(child, null, scanned)
    draft.put({ guardianship: 'good', school: 'attending', contact_with_parents: 'weekly', harm_sign: 'none', next_action: 'none' })
    draft.put({ child_id: 'c1', consent_id: 'k1' })
    await draft.finish(['m1'])
    expect(enqueue.mock.calls[0]).toMatchObject(['visit.record', { form: 'F2c', form_version: 2, hazards: null, guardian: null, support: null, harm_sign: 'none', child_id: 'c1', consent_id: 'k1' }, { draftKey: draft.key, dependsOn: ['m1'] }])
  })
})

describe('the committee’s own questions', () => {
  const here = { ...home, area_id: 'a', form: 'F1' } as HouseholdRow
  const sheet = (version: number, more: Partial<OwnQuestionsRow> = {}): OwnQuestionsRow => ({ id: `q${version}`, area_id: 'a', version, asked: true, title: '水井', forms: [], purposes: [], xform: '', ...more })

  it('are asked at the visits they are meant for, and never at a child’s', () => {
    sheets.push(sheet(1, { forms: ['F1'], purposes: ['routine'] }))
    const draft = visitDraft(here, null, scanned)
    expect(draft.own.value?.version).toBe(1)
    draft.put({ purpose: 'emergency' })
    expect(draft.own.value).toBeNull()
    expect(visitDraft({ ...here, form: 'F2' } as HouseholdRow, null, scanned).own.value).toBeNull()
    sheets[0] = sheet(1)
    expect(visitDraft({ ...here, form: 'F2c' } as HouseholdRow, null, scanned).own.value).toBeNull()
    expect(visitDraft({ ...here, area_id: 'b' } as HouseholdRow, null, scanned).own.value).toBeNull()
  })
  it('hold the form open while one of them is to be answered, and are sent as answered', async () => {
    sheets.push(sheet(1))
    const draft = visitDraft(here, null, scanned)
    draft.put({ hazards: [], next_action: 'none' })
    draft.ownOpen.value = '院里有水井吗？'
    expect(draft.missing.value).toEqual(['own'])
    draft.ownOpen.value = null
    draft.put({ own: { version: 1, answers: { well: 'no' } } })
    await draft.finish()
    expect(enqueue.mock.calls[0]?.[1]).toMatchObject({ own: { version: 1, answers: { well: 'no' } } })
  })
  it('stay those of the version the form was begun under', async () => {
    sheets.push(sheet(1))
    const first = visitDraft(here, null, scanned)
    first.put({ own: { version: 1, answers: { well: 'yes' } } })
    await first.flush()
    sheets.splice(0, 1, sheet(1, { asked: false }), sheet(2))
    const second = visitDraft(here, null, scanned)
    expect(second.own.value?.version).toBe(2)
    await second.load()
    expect(second.own.value?.version).toBe(1)
  })
  it('are sent as they were given when their version has left this phone', async () => {
    sheets.push(sheet(1))
    const draft = visitDraft(here, null, scanned)
    draft.put({ own: { version: 1, answers: { well: 'yes' } }, hazards: [], next_action: 'none' })
    sheets.splice(0, 1, sheet(5))
    expect(draft.missing.value).toEqual([])
    await draft.finish()
    expect(enqueue.mock.calls[0]?.[1]).toMatchObject({ own: { version: 1, answers: { well: 'yes' } } })
  })
  it('stay behind when the visit becomes one at which they are not asked', async () => {
    sheets.push(sheet(1, { purposes: ['routine'] }))
    const draft = visitDraft(here, null, scanned)
    draft.put({ own: { version: 1, answers: { well: 'yes' } }, hazards: [], next_action: 'none' })
    draft.put({ purpose: 'emergency' })
    await draft.finish()
    expect(enqueue.mock.calls[0]?.[1]).toMatchObject({ own: null })
  })
})
