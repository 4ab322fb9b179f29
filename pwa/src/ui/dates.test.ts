import { afterEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { setLocale } from '@/i18n'
import { clockTime, isoDay, weekday } from './dates'

const moments = fc.date({ min: new Date('1992-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
const inChina = (options: Intl.DateTimeFormatOptions, language = 'sv-SE') => new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', ...options })

describe('days and times', () => {
  afterEach(() => setLocale('zh'))
  it('are those of China whatever the zone of the phone, as Intl has them', () => {
    const day = inChina({ dateStyle: 'short' })
    const time = inChina({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, 'en-GB')
    fc.assert(fc.property(moments, (at) => {
      expect(isoDay(at)).toBe(day.format(at))
      expect(clockTime(at.toISOString())).toBe(time.format(at))
    }))
  })
  it.each(['zh', 'en'] as const)('name the weekday as Intl does in %s', async (language) => {
    await setLocale(language)
    for (const style of ['long', 'short'] as const) {
      const name = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { timeZone: 'UTC', weekday: style })
      for (let d = 1; d <= 7; d++) expect(weekday(`2026-11-0${d}`, style)).toBe(name.format(Date.UTC(2026, 10, d)))
    }
  })
})
