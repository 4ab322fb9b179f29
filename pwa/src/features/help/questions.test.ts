import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadTexts, setLocale } from '@/i18n'
import en from '@/i18n/en/help'
import zh from '@/i18n/zh/help'
import { find, QUESTIONS } from './questions'

beforeAll(() => loadTexts(['help']))
beforeEach(() => setLocale('zh'))
const first = (typed: string) => find(typed)[0]

describe('the help', () => {
  it('finds what people ask in their own words', () => {
    const asked = {
      没网: 'no_signal', 手机满了: 'phone_full', 时间错了: 'wrong_clock', 忘了密码: 'forgot_pin', 救命: 'urgent', 走错门: 'wrong_door', 改记录: 'correct', 没人应门: 'not_met',
      手机丢了: 'lost_phone', 字太小: 'large', 老伴: 'two_people', 骗子: 'scam', 红点: 'please_look', 怎么用: 'practise',
    }
    for (const [typed, id] of Object.entries(asked)) expect([typed, first(typed)]).toEqual([typed, id])
  })

  it('finds by the first letters of the pinyin, by the pinyin, and from the middle of a question', () => {
    expect(first('mxh')).toBe('no_signal')
    expect(first('meixinhao')).toBe('no_signal')
    expect(first('SJML')).toBe('phone_full')
    expect(first('sjdl')).toBe('lost_phone')
    expect(find('zp')).toContain('photo')
  })

  it('finds in English too, and forgives case, blanks and marks', async () => {
    await setLocale('en')
    expect(first('Wrong door!')).toBe('wrong_door')
    expect(first('clock')).toBe('wrong_clock')
    expect(first('forgot my log-in password')).toBe('forgot_password')
  })

  it('shows all while nothing is typed, and nothing for what it does not know', () => {
    expect(find('  ')).toEqual(QUESTIONS)
    expect(find('高压锅')).toEqual([])
    expect(find('xqzw')).toEqual([])
  })

  it('answers every question in both languages, and asks none that is not in the list', () => {
    for (const texts of [zh, en]) {
      const of = (kind: string) => Object.keys(texts).filter((key) => key.startsWith(`${kind}.`)).map((key) => key.slice(2)).sort()
      for (const kind of ['q', 'k', 'a']) expect(of(kind)).toEqual([...QUESTIONS].sort())
    }
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(20)
  })

  it('is short: no answer has more than three sentences of steps, none of them long', () => {
    for (const id of QUESTIONS) {
      const steps = zh[`a.${id}` as keyof typeof zh].split('\n')
      expect([id, steps.length <= 3, steps.every((step) => step.length <= 60)]).toEqual([id, true, true])
    }
  })
})
