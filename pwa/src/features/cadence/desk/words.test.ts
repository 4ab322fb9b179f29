import { beforeAll, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import { laxer, modeWords, rows, targetWord, type Rule } from './words'

beforeAll(async () => { await setLocale('zh'); await loadTexts(['cadence', 'residents']) })
const rule = (target: string, level: 'general' | 'key' | 'high', every: string): Rule => ({ target, level, every, modes: ['door'], source: '', set_by: null, own: false, above: every, above_modes: ['door'] })

it('tells which intervals would ask for less than the level above', () => {
  expect(['1w', '1m', '3m'].map((every) => laxer(every, '1m'))).toEqual([false, false, true])
  expect(laxer('12m', 'none')).toBe(false)
})
it('puts the levels of one kind of people into one row', () => {
  const found = rows([rule('tekun', 'general', '1m'), rule('tekun', 'high', '1w'), rule('ordinary', 'general', 'none')])
  expect(found.map((row) => [row.target, row.levels.general?.every, row.levels.high?.every])).toEqual([['tekun', '1m', '1w'], ['ordinary', 'none', undefined]])
})
it('says people and ways in the words of the forms', () => {
  expect(targetWord('tekun')).toBe('特困人员')
  expect(targetWord('elder_special')).toBe('特殊困难老年人')
  expect(modeWords(['video', 'door'])).toBe('上门、视频')
})
