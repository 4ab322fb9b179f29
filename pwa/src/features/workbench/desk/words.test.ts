import { beforeAll, describe, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import { actOf, nextWords, type CareRow } from './words'

const TODAY = '2026-11-23'
const row = (next: Partial<NonNullable<CareRow['next']>> | null, tries = 0): CareRow => ({
  tries, next: next && { id: 't', state: 'assigned', assignee_id: 'u', assignee_name: '柏雪芽', due_from: TODAY, due_to: TODAY, mode: 'door', version: 1, ...next },
}) as unknown as CareRow

beforeAll(async () => { await setLocale('zh'); await loadTexts(['workbench']) })

describe('the act that helps most', () => {
  it('is to send somebody when nobody goes', () => { expect(actOf(row(null), TODAY)).toBe('send') })
  it('is to send somebody when the visit waits in the pool', () => { expect(actOf(row({ state: 'open', due_to: '2026-11-30' }), TODAY)).toBe('send') })
  it('is to send somebody when the visit is late', () => { expect(actOf(row({ due_to: '2026-11-20' }), TODAY)).toBe('send') })
  it('is to call and ask when somebody goes today', () => { expect(actOf(row({}), TODAY)).toBe('call') })
  it('is to bring the visit forward when it is days away', () => { expect(actOf(row({ due_to: '2026-11-26' }), TODAY)).toBe('sooner') })
  it('is to ask the family when nobody was met twice', () => { expect(actOf(row({}, 2), TODAY)).toBe('family') })
})
describe('what comes next for a home', () => {
  it('says late as a sentence with who has it', () => { expect(nextWords(row({ due_to: '2026-11-20' }), TODAY)).toEqual({ first: '原定 11月20日', second: '晚了 3 天 · 柏雪芽', late: true }) })
  it('says today', () => { expect(nextWords(row({}), TODAY)).toEqual({ first: '今天', second: '柏雪芽', late: false }) })
  it('says that nobody goes yet', () => { expect(nextWords(row(null), TODAY).first).toBe('还没派') })
  it('says that anyone may take it', () => { expect(nextWords(row({ state: 'open', assignee_name: null, due_to: '2026-11-26' }), TODAY).second).toBe('谁都可接') })
})
