import { describe, expect, it } from 'vitest'
import { around, choices, KINDS, kindOf, stretched } from './disputes'

describe('the periods of a table of disputes', () => {
  it('knows each kind by its name, and nothing else', () => {
    for (const kind of KINDS) expect(kindOf(around(kind, '2026-11-26'))).toBe(kind)
    for (const wrong of ['2026-13', '2026-Q5', '2026-H3', '26', '2026-11..', undefined, ['2026']]) expect(kindOf(wrong)).toBeNull()
  })
  it('finds the period a day lies in, also on its first and last day', () => {
    expect(around('quarter', '2026-03-31')).toBe('2026-Q1')
    expect(around('quarter', '2026-04-01')).toBe('2026-Q2')
    expect(around('half', '2026-06-30')).toBe('2026-H1')
    expect(around('half', '2026-07-01')).toBe('2026-H2')
  })
  it('offers nothing that has not begun, the newest first', () => {
    expect(choices('quarter', '2026-05-02').slice(0, 3)).toEqual(['2026-Q2', '2026-Q1', '2025-Q4'])
    expect(choices('half', '2026-05-02').slice(0, 2)).toEqual(['2026-H1', '2025-H2'])
    expect(choices('year', '2026-05-02')).toEqual(['2026', '2025', '2024', '2023', '2022'])
  })
  it('never ends before it begins', () => {
    expect(stretched('2026-02..2026-05', 'from', '2026-08')).toBe('2026-08..2026-08')
    expect(stretched('2026-02..2026-05', 'to', '2025-12')).toBe('2025-12..2025-12')
    expect(stretched('2026-02..2026-05', 'to', '2026-09')).toBe('2026-02..2026-09')
  })
})
