/**
 * What a door says to us: the token in a QR code of our own address, or the eight signs below it. Everything else is
 * somebody else's code and is never opened. Same rules as the server's `door_codes/codes.py`, held by shared examples.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SHORT = 8
const TOKEN = /^\/q\/([A-Za-z0-9_-]{22})$/

export type DoorText = { kind: 'token'; token: string } | { kind: 'foreign' }
/** Reads the text of a scanned code. Only the own host counts. */
export function readScan(text: string, host = location.host): DoorText {
  let url: URL
  try { url = new URL(text.trim()) } catch { return { kind: 'foreign' } }
  const token = TOKEN.exec(url.pathname)?.[1]
  const own = (url.protocol === 'https:' || url.protocol === 'http:') && url.host === host && !url.search && !url.hash && !url.username
  return own && token ? { kind: 'token', token } : { kind: 'foreign' }
}

export type ShortCode = { ok: true; code: string } | { ok: false; why: 'sign' | 'short' | 'long' | 'check'; missing: number }
/** The short code a person meant: I and L are 1, O is 0; case, blanks, dashes and full width do not matter. */
export function readShortCode(typed: string): ShortCode {
  const signs = clean(typed)
  const missing = SHORT - signs.length
  if ([...signs].some((sign) => !ALPHABET.includes(sign))) return { ok: false, why: 'sign', missing }
  if (missing !== 0) return { ok: false, why: missing > 0 ? 'short' : 'long', missing }
  if (checkSign(signs.slice(0, -1)) !== signs.at(-1)) return { ok: false, why: 'check', missing: 0 }
  return { ok: true, code: signs }
}
/** Typed signs in groups of four, as they are printed. */
export function grouped(typed: string): string {
  return clean(typed).slice(0, SHORT).replace(/^(.{4})(.)/, '$1 $2')
}
function clean(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/[\s\-_.·‐‑‒–—－]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
}
function checkSign(signs: string): string {
  let total = 0
  let weight = 1
  for (const sign of signs) {
    weight = multiply(weight, 2)
    total ^= multiply(weight, ALPHABET.indexOf(sign))
  }
  return ALPHABET[total]!
}
/** Product in GF(32) modulo x^5 + x^2 + 1. */
function multiply(left: number, right: number): number {
  let product = 0
  for (let l = left, r = right; r; r >>= 1) {
    if (r & 1) product ^= l
    l <<= 1
    if (l & 0b100000) l ^= 0b100101
  }
  return product
}
