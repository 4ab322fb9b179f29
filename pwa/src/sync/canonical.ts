/**
 * One text for one value (RFC 8785), so that phone and server hash the same bytes.
 *
 * The two libraries disagree at the edges: ours drops `undefined` silently and takes integers
 * beyond 2^53. Both are refused here, with the same error the server gives.
 */
import canonicalize from 'canonicalize'

export class NotCanonical extends Error {
  constructor(what: string) {
    super(`not canonical: ${what}`)
    this.name = 'NotCanonical'
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

function check(value: unknown): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonical('number')
  } else if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw new NotCanonical('lone surrogate')
  } else if (Array.isArray(value)) {
    value.forEach(check)
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      check(key)
      check(inner)
    }
  } else throw new NotCanonical(typeof value)
}

export function canonical(value: unknown): string {
  check(value)
  const text = canonicalize(value)
  if (text === undefined) throw new NotCanonical('undefined')
  return text
}

export async function sha256Hex(data: Uint8Array | string): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource)))
}

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function fromBase64url(text: string): Uint8Array {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0))
}
