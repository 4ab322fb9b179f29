import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import { byDay, lineOf, manyOf, MANY, titleOf, type Known, type Told } from './words'

const contract = JSON.parse(readFileSync('../server/openapi.json', 'utf8')) as { components: { schemas: { Message: { properties: { code: { enum: string[] } } } } } }
/** Every code the server may send. */
const CODES = contract.components.schemas.Message.properties.code.enum
const known: Known = { home: (id) => (id === 'h1' ? '蒲霜笺家' : ''), person: (id) => (id === 'p1' ? '荀竹砚' : '') }
let serial = 0
function told(code: string, more: Partial<Told> = {}): Told {
  serial += 1
  return { id: `m${serial}`, code, thing: code.split('.')[0]!, thing_id: `t${serial}`, household_id: null, facts: {}, urgent: false, at: '2026-11-23T02:00:00.000Z', version: 1, ...more }
}

beforeAll(async () => { await setLocale('zh'); await loadTexts(['inbox']) })

describe('the sentence of a message', () => {
  it('names the home where the phone knows it, and none where it does not', () => {
    const facts = { kind: 'home_visit', due_to: '2026-11-28' }
    expect(titleOf(told('task.given', { household_id: 'h1', facts }), known)).toBe('给您派了一户：蒲霜笺家')
    expect(titleOf(told('task.given', { household_id: 'gone', facts }), known)).toBe('给您派了一户')
    expect(lineOf(told('task.given', { facts }))).toBe('11月28日前去一趟')
  })
  it('names who handed a home over', () => {
    expect(titleOf(told('task.handed_over', { household_id: 'h1', facts: { by: 'p1' } }), known)).toBe('荀竹砚转给您一户：蒲霜笺家')
    expect(titleOf(told('task.handed_over', { facts: { by: 'unknown' } }), known)).toBe('有人转给您一户')
  })
  it('says what became of an entry without the reason', () => {
    expect(lineOf(told('entry.settled', { facts: { state: 'closed' } }))).toBe('先放一边，原因写在本机记录里。')
  })
  it.each(['zh', 'en'] as const)('exists for every code the server may send, one and many, in %s', async (language) => {
    await setLocale(language)
    for (const code of CODES) {
      const facts = { kind: 'home_visit', due_to: '2026-11-28', by: 'p1', state: 'closed', outcome: 'done' }
      const all = [{}, { household_id: 'h1' }].flatMap((home) => {
        const one = told(code, { facts, ...home })
        return [titleOf(one, known), lineOf(one), manyOf({ key: 'k', messages: [one, one, one] })]
      })
      for (const words of all) expect(words).not.toMatch(/inbox\.|[{}]/)
    }
    await setLocale('zh')
  })
})

describe('a day of messages', () => {
  it('makes many alike one line and leaves a few as they are', () => {
    const given = Array.from({ length: MANY }, () => told('task.given'))
    const moved = Array.from({ length: MANY - 1 }, () => told('task.moved'))
    const [day] = byDay([...given, ...moved])
    expect(day!.lines.map((line) => line.messages.length).sort()).toEqual([1, 1, MANY])
    expect(manyOf(day!.lines.find((line) => line.messages.length === MANY)!)).toBe('给您派了 3 户')
  })
  it('cuts days at midnight in China', () => {
    const days = byDay([told('task.given', { at: '2026-11-23T16:30:00.000Z' }), told('task.given', { at: '2026-11-23T15:30:00.000Z' })])
    expect(days.map(({ day }) => day)).toEqual(['2026-11-24', '2026-11-23'])
  })
})
