import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import { answersOf, sideBySide } from './answers'
import { dueWords, freeIn, freeWords, reasonWords, whyWords, type Helper, type Suggestion } from './words'

const MONDAY = '2026-11-23'
const helper = (weekdays: number[], note = ''): Helper => ({ user_id: 'u', name: '奚露寒', weekdays, note, households: 0, visits_a_month: 0 })

beforeAll(async () => { await setLocale('zh'); await loadTexts(['tasks', 'visits']) })
beforeEach(() => { vi.useFakeTimers({ now: Date.parse(`${MONDAY}T01:00:00Z`) }) })
afterEach(() => { vi.useRealTimers() })

describe('days somebody said they are free', () => {
  it('fit when one of them is in the window', () => { expect(freeIn(helper([3]), MONDAY, '2026-11-26')).toEqual({ clash: false, next: null }) })
  it('clash when none is, and the next one is the way out', () => { expect(freeIn(helper([6, 7]), MONDAY, '2026-11-24')).toEqual({ clash: true, next: '2026-11-28' }) })
  it('never clash for who said nothing', () => { expect(freeIn(helper([]), MONDAY, MONDAY)).toEqual({ clash: false, next: null }) })
  it('are counted from today for a late visit', () => { expect(freeIn(helper([1]), '2026-11-10', '2026-11-20')).toEqual({ clash: false, next: null }) })
  it('are read as weekdays', () => { expect(freeWords(helper([1, 3, 5]))).toBe('周一、周三、周五有空') })
  it('give way to the remark in their own words', () => { expect(freeWords(helper([1], '下午四点后'))).toBe('下午四点后') })
})
describe('a task in words', () => {
  it.each([['late:3', '晚了 3 天'], ['no_contact:34', '34 天没人联系'], ['never_met', '还没有联系过'], ['second_try:2', '2 次没见到']])('%s', (code, words) => { expect(reasonWords(code)).toBe(words) })
  it('leaves out a reason this version does not know', () => { expect(reasonWords('moon:1')).toBeNull() })
  it.each([['2026-11-20', '已过 3 天'], [MONDAY, '今天'], ['2026-11-24', '明天'], ['2026-11-27', '11月27日']])('due %s', (due, words) => { expect(dueWords(due)).toBe(words) })
  it('says why somebody is suggested', () => { expect(whyWords({ why: 'paired', free_today: true } as Suggestion)).toBe('结对的，今天有空') })
})
describe('the answers of a visit', () => {
  it('stand under the words of the form', () => {
    const raw = { people_met: ['p'], hazards: ['heating_co'], needs: ['meal', '陪下棋'], policies_told: [], items_given: [{ name: '面粉', qty: 1, unit: '袋' }], opinion: '暖气不热', next_action: 'revisit', next_date: '2026-11-25', duration_min: 30, attachments: [{}] }
    expect(answersOf(raw, new Map([['p', '蒲霜笺']])).map((one) => `${one.label}=${one.value}`)).toEqual(['见到谁=蒲霜笺', '哪样不放心=取暖', '想要的帮助=吃饭、陪下棋', '送了什么=面粉 1袋', '住户说的=暖气不热', '接下来=再来一趟 · 11月25日', '待了多久=30 分钟', '照片=1 张'])
  })
  it('say that nothing worried when nothing did', () => { expect(answersOf({ hazards: [] }, new Map())).toEqual([{ key: 'hazards', label: '哪样不放心', value: '都没问题' }]) })
  it('of two forms stand side by side, what differs first', () => {
    const sides = sideBySide({ met: 'met', hazards: [], opinion: '灯坏了' }, { met: 'met', hazards: [], opinion: '灯修好了', mode: 'door' })
    expect(sides.map((one) => [one.key, one.differs])).toEqual([['opinion', true], ['mode', true], ['met', false], ['hazards', false]])
    expect(sides[0]).toMatchObject({ a: '灯坏了', b: '灯修好了' })
  })
  it('are empty for what could not be read', () => { expect(answersOf({ hazards: 3, items_given: 'x', opinion: null }, new Map())).toEqual([]) })
})
