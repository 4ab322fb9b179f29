import { beforeAll, describe, expect, it, vi } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import type { Case } from './desk/case'
import { lineWords } from './desk/history'

vi.mock('@/api/client', () => ({ api: {} }))

const one = {
  parties: [{ id: 'p', name: '田露纸' }, { id: 'q', name: '施雾笔' }], seats: [{ id: 's', user_id: 'u', name: '纪墨晴' }],
  records: [
    { id: 'r1', kind: 'session', held_at: '2025-11-12T02:00:00.000Z', result: 'again', private_to: null },
    { id: 'r2', kind: 'session', held_at: '2025-11-19T02:00:00.000Z', result: 'reached', private_to: null },
    { id: 'alone', kind: 'private_talk', held_at: '2025-11-15T02:00:00.000Z', result: null, private_to: 'q' },
  ],
  parts: [{ id: 'a', what: '修好吊顶。' }], follow_ups: [{ id: 'f', nth: 2 }],
} as unknown as Case
const said = (action: string, about: Record<string, string> = {}, of: Case = one) => lineWords(of, { action, about } as Case['lines'][number])

describe('a line of the history', () => {
  beforeAll(async () => { await setLocale('zh'); await loadTexts(['mediation']) })
  it('says which record, which time and how it ended', () => {
    expect(said('record', { record: 'r2' })).toBe('写了第 2 次调解的记录（2025年11月19日，谈成了）')
    expect(said('record', { record: 'r1', changed: 'yes' })).toBe('改了：写了第 1 次调解的记录（2025年11月12日，约好再谈）')
  })
  it('says with whom somebody talked alone only where that record is there to be read', () => {
    expect(said('record', { record: 'alone' })).toContain('施雾笔')
    const others = { ...one, records: one.records.filter((row) => row.id !== 'alone') }
    expect(said('record', { record: 'alone' }, others)).toBe('写了一份记录')
  })
  it('says who signed, who was told, who mediates and what became of a part', () => {
    expect(said('sign', { who: 'q', signed: 'yes' })).toBe('施雾笔签了字')
    expect(said('sign', { who: 'committee', signed: 'no' })).toBe('调委会的章撤了')
    expect(said('rights', { parties: 'p,q', way: 'written' })).toBe('书面告知田露纸、施雾笔权利义务')
    expect(said('seat', { seat: 's' })).toBe('纪墨晴做调解员')
    expect(said('objection_decided', { seat: 's', party: 'p', upheld: 'no' })).toBe('田露纸的异议不成立，纪墨晴接着调解')
    expect(said('part', { part: 'a', state: 'partly' })).toBe('修好吊顶：做了一部分')
    expect(said('start_performing', { part: 'a', state: 'done' })).toBe('修好吊顶：做到了')
    expect(said('follow_up', { follow_up: 'f', performed: 'all' })).toBe('第 2 次回访：全部做了')
  })
  it('says its kind when it is from before or about what is gone', () => {
    expect(said('record')).toBe('写了一份记录')
    expect(said('part', { part: 'gone', state: 'done' })).toBe('履行')
    expect(said('archive')).toBe('归档')
  })
  it('says it in English as well', async () => {
    await setLocale('en')
    expect(said('sign', { who: 'q', signed: 'yes' })).toBe('施雾笔 signed')
    expect(said('record', { record: 'r2' })).toContain('Record of session 2')
    await setLocale('zh')
  })
})
