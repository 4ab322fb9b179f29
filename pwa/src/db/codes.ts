/**
 * What a scanned or typed door code says about my own households. The phone holds keyed
 * hashes of codes, never the codes, so a copied phone cannot print a door sticker.
 */
import { fromBase64url, hex } from '../sync/canonical'

export type Scanned = { kind: 'token'; value: string } | { kind: 'short'; value: string }

const TOKEN_PATH = /^\/q\/([A-Za-z0-9_-]{16,64})\/?$/
const CROCKFORD = /^[0-9A-HJKMNP-TV-Z]{8}$/

/** A door code's address on our own host, or eight typed signs; anything else is not ours. */
export function parseScanned(text: string, host: string): Scanned | null {
  const trimmed = text.trim()
  if (/^https?:\/\//i.test(trimmed)) {
    try {
      const url = new URL(trimmed)
      const match = url.host === host ? TOKEN_PATH.exec(url.pathname) : null
      return match ? { kind: 'token', value: match[1] as string } : null
    } catch {
      return null
    }
  }
  // People read O as 0 and I or L as 1; the alphabet was made for that.
  const short = trimmed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replaceAll('I', '1').replaceAll('L', '1')
  return CROCKFORD.test(short) ? { kind: 'short', value: short } : null
}

export async function codeHash(codeKey: string, scanned: Scanned): Promise<string> {
  const raw = fromBase64url(codeKey) as BufferSource
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const said = `${scanned.kind === 'token' ? 't' : 's'}:${scanned.value}`
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(said))))
}

/** Whether a held hash, which may be shortened to 96 bits or more, is that of a whole one. */
export function isBeginningOf(held: string, whole: string): boolean {
  return held.length >= 24 && whole.startsWith(held)
}

/** Opens an agreed contact's number, only to dial it. */
export async function openPhone(dialKey: string, contactId: string, phoneBox: string): Promise<string> {
  const bytes = fromBase64url(phoneBox)
  const key = await crypto.subtle.importKey('raw', fromBase64url(dialKey) as BufferSource, 'AES-GCM', false, ['decrypt'])
  const additionalData = new TextEncoder().encode(`dial:${contactId}`)
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData }, key, bytes.slice(12))
  return new TextDecoder().decode(plain)
}
