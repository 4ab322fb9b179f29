/**
 * The only way from sync to the network. It sends what the engine asked for and reports what
 * came back without judging it; it never follows a redirect, so a hotel's log-in page never
 * receives a token.
 */
import { sha256Hex, toBase64url } from './canonical'
import { Oversize } from './line'
import type { Line, Piece } from './line'
import { PROTOCOL_HEADER } from './wire'
import type { RawAnswer } from './engine/events'
import type { ProofMaker, Session } from './index'

const TIMEOUT_MS = 20_000
/** Below this gzip saves less than its header costs. */
const GZIP_FROM = 1024
/** About 200 KB compressed: a second on a slow line. */
const MOST_ROWS = 1000
const FEWEST_ROWS = 60

interface Call {
  method: 'GET' | 'POST'
  path: string
  body?: Uint8Array
  gzipped?: boolean
  proof?: boolean
  /** Sent without a token. */
  bare?: boolean
  /** How many entries stay on this phone, see `leftHere`. */
  left?: string
  timeoutMs?: number
}

export class Transport implements Line {
  /** The last nonce the server gave; it goes into the next proof. */
  private nonce: string | null = null
  /** Rows of a page: half as many after one that did not come, up to the most again after one that did. */
  private rows = MOST_ROWS

  constructor(private readonly session: Session, private readonly deviceKey: CryptoKey, private readonly base = '/api/v1') {}

  enrol(publicJwk: JsonWebKey, label: string): Promise<RawAnswer> {
    const { kty, crv, x, y } = publicJwk
    return this.post('/sync/devices', { public_key: { kty, crv, x, y }, label, app_version: this.session.appVersion }, { proof: true })
  }

  async push(request: object, maxBytes: number, how: { left: string; bare: boolean }): Promise<RawAnswer> {
    return this.post('/sync/push', request, { proof: true, maxBytes, ...how })
  }

  async pull(cursor: string | null, left: string): Promise<RawAnswer> {
    const place = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await this.call({ method: 'GET', path: `/sync/pull?limit=${this.rows}${place}`, left })
    this.rows = answer.failure === null && answer.isJson ? Math.min(MOST_ROWS, this.rows * 2) : Math.max(FEWEST_ROWS, this.rows >> 1)
    return answer
  }

  scope(): Promise<RawAnswer> {
    return this.call({ method: 'GET', path: '/sync/scope' })
  }

  courier(text: string): Promise<RawAnswer> {
    return this.call({ method: 'POST', path: '/sync/courier', body: new TextEncoder().encode(text), timeoutMs: 4 * TIMEOUT_MS })
  }

  async piece(method: string, url: string, more: Record<string, string>, body: Blob | null, abort: AbortController): Promise<Piece | null> {
    const token = this.session.token()
    const headers = { ...more, Authorization: `Bearer ${token ?? ''}`, 'X-Linli': '1', Accept: 'application/json' }
    const timer = setTimeout(() => abort.abort(), 4 * TIMEOUT_MS)
    try {
      const response = await fetch(url, {
        method, headers, body, redirect: 'error', credentials: 'same-origin', cache: 'no-store', referrerPolicy: 'no-referrer',
        signal: abort.signal,
      })
      this.learnNonce(response.headers.get('X-Next-Nonce'))
      const told = (await response.json().catch(() => null)) as { error?: unknown } | null
      return { status: response.status, header: (name) => response.headers.get(name), code: typeof told?.error === 'string' ? told.error : '' }
    } catch {
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  readonly proof: ProofMaker = async (body, nonce): Promise<Record<string, string>> => {
    this.learnNonce(nonce ?? null)
    if (this.nonce === null) return {}
    const signed = new TextEncoder().encode(`${await sha256Hex(body)}|${this.nonce}`)
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.deviceKey, signed)
    return { 'X-Device-Proof': toBase64url(new Uint8Array(signature)), 'X-Device-Nonce': this.nonce }
  }

  /** A nonce from an answer that did not come through here (the silent refresh). */
  learnNonce(nonce: string | null): void {
    if (nonce) this.nonce = nonce
  }

  private async post(path: string, value: object, how: Pick<Call, 'proof' | 'bare' | 'left'> & { maxBytes?: number }): Promise<RawAnswer> {
    const plain = new TextEncoder().encode(JSON.stringify(value))
    const gzipped = plain.length >= GZIP_FROM && typeof CompressionStream !== 'undefined'
    const body = gzipped ? await gzip(plain) : plain
    if (how.maxBytes !== undefined && body.length > how.maxBytes) throw new Oversize(body.length)
    const { maxBytes: _checked, ...rest } = how
    return this.call({ method: 'POST', path, body, gzipped, ...rest })
  }

  private async call(call: Call): Promise<RawAnswer> {
    const first = await this.once(call)
    // The first call of a page life has no nonce yet; the refusal brings one.
    return call.proof && codeOf(first) === 'auth.nonce_required' && this.nonce !== null ? this.once(call) : first
  }

  private async once(call: Call): Promise<RawAnswer> {
    const token = this.session.token()
    const raw: RawAnswer = {
      status: 0, failure: null, json: null, isJson: false, protocol: null, retryAfterS: null,
      sentWall: Date.now(), gotWall: 0, sentMono: performance.now(), gotMono: 0,
      sentBytes: call.body instanceof Uint8Array ? call.body.length : 0,
    }
    const done = (change: Partial<RawAnswer>): RawAnswer => ({ ...raw, ...change, gotWall: Date.now(), gotMono: performance.now() })
    // Without a token the server's answer is known; the engine will have it renewed.
    if (token === null && !call.bare) return done({ status: 401, isJson: true, json: { error: 'auth.expired' } })

    const headers: Record<string, string> = { 'X-Linli': '1', Accept: 'application/json' }
    if (token !== null && !call.bare) headers.Authorization = `Bearer ${token}`
    if (call.left !== undefined) headers['X-Waiting'] = call.left
    if (call.body instanceof Uint8Array) headers['Content-Type'] = 'application/json'
    if (call.gzipped) headers['Content-Encoding'] = 'gzip'
    if (call.proof && call.body instanceof Uint8Array) Object.assign(headers, await this.proof(call.body))
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), call.timeoutMs ?? TIMEOUT_MS)
    try {
      const response = await fetch(this.base + call.path, {
        method: call.method, headers, body: (call.body as BodyInit | undefined) ?? null,
        redirect: 'error', credentials: 'same-origin', cache: 'no-store', referrerPolicy: 'no-referrer', signal: abort.signal,
      })
      this.learnNonce(response.headers.get('X-Next-Nonce'))
      const isJson = (response.headers.get('Content-Type') ?? '').includes('json')
      const json: unknown = isJson ? await response.json().catch(() => undefined) : null
      const retryAfter = Number(response.headers.get('Retry-After'))
      const given = json as { access_token?: unknown } | null | undefined
      if (response.ok && typeof given?.access_token === 'string') this.session.setToken(given.access_token)
      return done({
        status: response.status, json: json ?? null, isJson: isJson && json !== undefined,
        protocol: response.headers.get(PROTOCOL_HEADER), retryAfterS: retryAfter > 0 ? retryAfter : null,
      })
    } catch {
      return done({ failure: abort.signal.aborted ? 'timeout' : 'network' })
    } finally {
      clearTimeout(timer)
    }
  }
}

function codeOf(raw: RawAnswer): unknown {
  return raw.isJson && typeof raw.json === 'object' && raw.json !== null ? (raw.json as { error?: unknown }).error : null
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
