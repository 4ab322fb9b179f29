/** Dates and times as people here say them, always in China's time zone. */
import { locale, t } from '@/i18n'

/** China keeps one time, eight hours ahead of Greenwich, without summer time since 1991. Asking Intl costs a phone a third of a millisecond each. */
const AHEAD_MS = 8 * 3600_000
type When = string | number | Date

const china = (when: When): string => new Date(new Date(when).getTime() + AHEAD_MS).toISOString()
/** The calendar day in China as YYYY-MM-DD. */
export function isoDay(when: When = Date.now()): string {
  return china(when).slice(0, 10)
}
/** Whole days from one YYYY-MM-DD to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`)) / 86_400_000)
}
/** 18:03 */
export function clockTime(when: When): string {
  return china(when).slice(11, 16)
}
/** 11月23日, with the year only where another year is possible. */
export function dayWords(day: string, today = isoDay()): string {
  const [y, m, d] = day.slice(0, 10).split('-').map(Number) as [number, number, number]
  if (locale.value === 'en') {
    return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', ...(y === Number(today.slice(0, 4)) ? {} : { year: 'numeric' }) }).format(Date.UTC(y, m - 1, d))
  }
  return (y === Number(today.slice(0, 4)) ? '' : `${y}年`) + `${m}月${d}日`
}
/** 今天, 昨天, 明天 as words, else the date. */
export function nearDay(day: string, today = isoDay()): string {
  switch (daysBetween(today, day)) {
    case 0: return t('core.today')
    case -1: return t('core.yesterday')
    case 1: return t('core.tomorrow')
    default: return dayWords(day, today)
  }
}
/** 今天 15:42 */
export function nearTime(when: When, today = isoDay()): string {
  return `${nearDay(isoDay(when), today)} ${clockTime(when)}`
}
/** 星期一 */
export function weekday(day: string, style: 'long' | 'short' = 'long'): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`)
  if (locale.value === 'en') return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: style }).format(at)
  return `${style === 'long' ? '星期' : '周'}${'日一二三四五六'[at.getUTCDay()]}`
}
/** 11月23日 星期一 */
export function fullDay(day: string): string {
  return locale.value === 'en' ? `${weekday(day)} ${dayWords(day)}` : `${dayWords(day)} ${weekday(day)}`
}
