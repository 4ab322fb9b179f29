// @ts-check
/** What both of the resident's scripts need: asking the server, dates as people say them, what this phone keeps. */

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById('words')?.textContent ?? '{}')
const english = document.documentElement.lang === 'en'
const ZONE = 'Asia/Shanghai'

/** The text of a key with {name} filled in. @param {string} key @param {Record<string, string|number>} [values] */
export function say(key, values = {}) {
  return (words[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {Record<string, string>} fields */
  constructor(status, code, message, fields) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/**
 * One call of the API. Throws Refused when the server said no, TypeError when there is no network or what came
 * back was not the server's (a captive portal).
 * @param {string} path @param {object|FormData} body
 */
export async function ask(path, body) {
  const form = body instanceof FormData
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), form ? 120000 : 30000)
  try {
    const answer = await fetch('/api/v1/concerns/' + path, {
      method: 'POST',
      headers: { 'X-Linli': '1', 'Accept-Language': english ? 'en' : 'zh-CN', ...(form ? {} : { 'Content-Type': 'application/json' }) },
      body: form ? body : JSON.stringify(body),
      credentials: 'omit', cache: 'no-store', redirect: 'error', signal: stop.signal,
    })
    const said = await answer.json().catch(() => { throw new TypeError('not our answer') })
    if (answer.ok) return said
    if (!said || !said.error) throw new TypeError('not our answer')
    throw new Refused(answer.status, said.error, said.message, said.fields ?? {})
  } finally {
    clearTimeout(timer)
  }
}

/** Where a link of this page leads, with language and text size kept. @param {string} path */
export function to(path) {
  return path + location.search
}

/** 今天 11:20 · 昨天 18:02 · 11月19日 16:05 @param {string} moment */
export function when(moment) {
  const then = new Date(moment)
  const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(then)
  const days = Math.round((midnight(new Date()) - midnight(then)) / 86400000)
  return `${days === 0 ? say('today') : days === 1 ? say('yesterday') : day(moment)} ${clock}`
}
/** 11月26日 @param {string} moment */
export function day(moment) {
  return new Intl.DateTimeFormat(english ? 'en' : 'zh-CN', { timeZone: ZONE, month: english ? 'short' : 'long', day: 'numeric' }).format(new Date(moment))
}
/** 周四 @param {string} moment */
export function weekday(moment) {
  return new Intl.DateTimeFormat(english ? 'en' : 'zh-CN', { timeZone: ZONE, weekday: 'short' }).format(new Date(moment))
}
/** Whole days between the dates of two moments in Shanghai. @param {string} from @param {string} till */
export function daysBetween(from, till) {
  return Math.round((midnight(new Date(till)) - midnight(new Date(from))) / 86400000)
}
/** @param {Date} moment */
function midnight(moment) {
  return Date.parse(new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(moment) + 'T00:00:00Z')
}

/** Reads what this phone keeps; a browser that keeps nothing still works. @param {string} key @param {any} otherwise */
export function keep(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(key) ?? 'null') ?? otherwise } catch { return otherwise }
}
/** @param {string} key @param {unknown} value */
export function put(key, value) {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch { return false }
}
export const MINE = 'linli.concerns'

/** @param {string} code */
export function grouped(code) { return code.slice(0, 4) + ' ' + code.slice(4) }
/** @param {string} name @param {ParentNode} [within] @returns {any} */
export function part(name, within = document) { return within.querySelector(name) }
