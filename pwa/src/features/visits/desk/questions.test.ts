import { describe, expect, it } from 'vitest'
import { minutes, sum, visitsAt } from './questions'

const visits = [{ form: 'F1', purpose: 'routine', n: 40 }, { form: 'F2', purpose: 'routine', n: 20 }, { form: 'F2', purpose: 'holiday', n: 5 }, { form: 'F2c', purpose: 'routine', n: 7 }]
const item = (seconds: number, taps: number) => ({ name: 'a', kind: 'text' as const, row: 2, zh: '问', en: 'Q', required: true, conditional: false, seconds, taps })

describe('what questions cost in a month', () => {
  it('counts the visits they would be asked at, and never a child’s', () => {
    expect(visitsAt(visits, [], [])).toBe(65)
    expect(visitsAt(visits, ['F2'], [])).toBe(25)
    expect(visitsAt(visits, ['F2'], ['holiday'])).toBe(5)
    expect(visitsAt(visits, [], ['routine'])).toBe(60)
  })
  it('adds up seconds and taps', () => {
    expect(sum([item(9, 1), item(30, 21)])).toEqual({ seconds: 39, taps: 22 })
    expect(minutes(39, 65)).toBe(42)
  })
})
