import { beforeAll, describe, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import type { TodayItem } from '@/db/queries'
import type { Status } from '@/sync'
import { cameOf, dueWords, plannedWords, reasonLine, syncLine } from './words'

const TODAY = '2026-11-23' // a Monday
const item = (late_days: number, due_to: string, reasons: string[] = [], more: Partial<TodayItem['task']> = {}): TodayItem =>
  ({ task: { due_to, reasons, agreed: [], address: '云栖里 3号楼', plate: { building: '3', unit: '2', room: '501', house: null }, ...more }, household: null, late_days, recorded_here: false }) as unknown as TodayItem

beforeAll(async () => { await setLocale('zh'); await loadTexts(['visits']) })

describe('when a visit is due', () => {
  it.each([[0, '2026-11-23', '今天'], [0, '2026-11-24', '明天'], [0, '2026-11-25', '周三前'], [0, '2026-12-05', '12月5日前'], [3, '2026-11-20', '晚了 3 天']])('late %i, due %s: %s', (late, due, words) => {
    expect(dueWords(item(late, due), TODAY)).toBe(words)
  })
  it.each([['2026-11-20', '上周五'], ['2026-11-22', '昨天'], ['2026-11-16', '上周一'], ['2026-11-15', '11月15日'], ['2025-12-31', '2025年12月31日']])('was planned for %s: %s', (day, words) => {
    expect(plannedWords(day, TODAY)).toBe(words)
  })
})
describe('why a visit is needed', () => {
  it('says one thing about a late home', () => {
    expect(reasonLine(item(3, '2026-11-20', ['late:3', 'no_contact:34', 'second_try:1']))).toBe('34 天没人联系过了')
  })
  it('counts the days to today when the list is some days old', () => {
    const old = { ...item(3, '2026-11-20', ['late:3', 'no_contact:31']), household: { last_contact: { date: '2026-10-20', kind: 'door', by: '荀竹砚', outcome: 'met' }, agreed: [], plate: { building: '3', unit: '2', room: '501', house: null } } } as unknown as TodayItem
    expect(reasonLine(old, TODAY)).toBe('34 天没人联系过了')
  })
  it('adds what was agreed', () => {
    expect(reasonLine(item(0, TODAY, ['due_today', 'no_contact:31'], { agreed: ['教用手机'] }))).toBe('31 天没人联系 · 说好教用手机')
  })
  it('says where a house without a number stands', () => {
    expect(reasonLine(item(0, '2026-11-25', ['no_contact:7'], { plate: { building: null, unit: null, room: null, house: '8号' }, address: '东巷甲 8 号院' }))).toBe('7 天没人联系 · 东巷甲 8 号院')
  })
})
describe('what came of the last visit', () => {
  it.each([
    ['none', '见到本人'], ['refer', '见到本人。有事报给了居委会。'], ['revisit', '见到本人。说好再来一趟。'], [undefined, '见到本人'],
  ])('then %s: %s', (next, words) => {
    expect(cameOf({ outcome: 'met', ...(next ? { next } : {}) })).toBe(words)
  })
})
describe('the sync line', () => {
  const status = (change: Partial<Status>): Status => ({ waiting: 0, sending: null, received: [], attention: [], reachable: true, storageTight: false, ...change }) as Status
  it.each<[string, Partial<Status>, boolean, object]>([
    ['is sending', { sending: { n: 2, of: 3 }, waiting: 2 }, true, { kind: 'sending', done: 2, total: 3 }],
    ['is without its list', { listLocked: true }, false, { kind: 'locked' }],
    ['is without its list and has something to send', { listLocked: true, waiting: 2 }, false, { kind: 'offline', n: 2 }],
    ['waits', { waiting: 1 }, true, { kind: 'waiting', n: 1 }],
    ['has no signal', { waiting: 3 }, false, { kind: 'offline', n: 3 }],
    ['does not reach the committee', { waiting: 3, reachable: false }, true, { kind: 'offline', n: 3 }],
    ['is nearly full', { waiting: 3, storageTight: true }, true, { kind: 'full', n: 3 }],
    ['asks for a look', { attention: [{ mutation_id: 'm', type: 'visit.record', code: 'x', message: '', at: '' }] }, true, { kind: 'attention', n: 1 }],
    ['is with the committee', { received: [{ mutation_id: 'm', type: 'visit.record', at: '2026-11-23T10:03:00.000Z' }] }, true, { kind: 'received', at: '2026-11-23T10:03:00.000Z' }],
    ['has nothing yet', {}, true, { kind: 'fresh' }],
  ])('%s', (_name, change, online, line) => {
    expect(syncLine(status(change), online)).toEqual(line)
  })
  it('never says that something is kept where the browser keeps nothing', () => {
    expect(syncLine(status({ waiting: 2 }), false, true)).toEqual({ kind: 'page', n: 2 })
    expect(syncLine(status({}), true, true)).toEqual({ kind: 'online' })
  })
})
