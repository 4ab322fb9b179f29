import { beforeAll, describe, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import { afterWord, changeWords, numberWord, spans, type Change, type Day } from './rules'

function day(date: string, more: Partial<Day> = {}): Day {
  return { date, works: false, name: '', set_by: null, own: false, default: false, ...more }
}
function change(kind: Change['kind'], key: string, before: Change['before'], after: Change['after']): Change {
  return { at: '2026-11-23T01:00:00.000Z', by_name: '沐秋实', place_name: '云栖里', kind, key, before, after }
}
beforeAll(async () => { await setLocale('zh'); await loadTexts(['concern_rules', 'concerns']) })

describe('days off', () => {
  it('in a row are one line, also over the end of a month', () => {
    expect(spans([day('2026-10-31'), day('2026-11-01'), day('2026-11-03')]).map(({ first, last }) => [first, last])).toEqual([['2026-10-31', '2026-11-01'], ['2026-11-03', '2026-11-03']])
  })
  it('that somebody entered stand apart from the country\'s', () => {
    expect(spans([day('2026-10-01'), day('2026-10-02', { own: true, name: '停电' })])).toHaveLength(2)
  })
})

describe('numbers', () => {
  it('are said with their unit, and nothing is not a number', () => {
    expect([numberWord('finish_days', 5), numberWord('contact_hours', 24), numberWord('extension_days', 0)]).toEqual(['5 个工作日', '24 小时', '不延'])
    expect([afterWord(0), afterWord(3), afterWord(null)]).toEqual(['一过就说', '过 3 个工作日', '不报'])
  })
})

describe('a change', () => {
  it('says of what, from what, to what', () => {
    const five = { accept_days: 1, contact_hours: 24, finish_days: 5, extension_days: 5 }
    expect(changeWords(change('deadline', '*.normal', null, five))).toEqual({ what: '没单独定的 · 一般', before: '照上一级的', after: '答复收不收 1 个工作日，联系本人 24 小时，办完 5 个工作日，能延 5 个工作日' })
    expect(changeWords(change('silence', 'finish.head', { days: 1 }, { days: null }))).toEqual({ what: '没办完 · 再报主任', before: '过 1 个工作日', after: '不报' })
    expect(changeWords(change('day', '2027-02-05', null, { works: false, name: '春节' }))).toEqual({ what: '2027-02-05', before: '照全国的', after: '放假 春节' })
    expect(changeWords(change('year', '2027', null, { announced: true })).after).toBe('这一年的都填好了')
  })
})
