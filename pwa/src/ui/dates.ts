/** Dates and times as people here say them, always in China's time zone. */
import { locale, t } from '@/i18n'

const ZONE = 'Asia/Shanghai'
type When = string | number | Date

const parts = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
function split(when: When) {
  const p: Record<string, string> = {}
  for (const { type, value } of parts.formatToParts(new Date(when))) p[type] = value
  return { y: Number(p.year), m: Number(p.month), d: Number(p.day), time: `${p.hour}:${p.minute}` }
}
/** The calendar day in China as YYYY-MM-DD. */
export function isoDay(when: When = Date.now()): string {
  const { y, m, d } = split(when)
  return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
}
/** Whole days from one YYYY-MM-DD to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`)) / 86_400_000)
}
/** 18:03 */
export function clockTime(when: When): string {
  return split(when).time
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
  const name = new Intl.DateTimeFormat(locale.value === 'en' ? 'en-GB' : 'zh-CN', { timeZone: 'UTC', weekday: style })
  return name.format(Date.parse(`${day.slice(0, 10)}T00:00:00Z`))
}
/** 11月23日 星期一 */
export function fullDay(day: string): string {
  return locale.value === 'en' ? `${weekday(day)} ${dayWords(day)}` : `${dayWords(day)} ${weekday(day)}`
}
