/**
 * The one place in the pages that calls fetch: typed by the contract, adds our header and token, renews the token once
 * after a 401, and throws an `ApiError` with a sentence for everything that is not a success.
 */
import createClient, { type Middleware } from 'openapi-fetch'
import { locale } from '@/i18n'
import { errorFrom, offlineError, portalError } from './errors'
import type { paths } from './schema'
import { accessToken, setAccessToken } from './token'

/** What log-in and refresh answer. */
export interface Renewed { access_token: string; expires_in: number; factor_needed: boolean; user: SessionUser }
export interface SessionUser { id: string; name: string; locale?: string | null; roles: SessionRole[] }
export interface SessionRole { role: string; area_id: string; area_name: string }

type Listener = (renewed: Renewed | null) => void
/** Headers that prove this phone holds its device key; given by the sync engine once a device is enrolled. */
export type Proof = (body: Uint8Array, nonce?: string) => Promise<Record<string, string>>

let listener: Listener = () => undefined
let proof: Proof | null = null
let renewing: Promise<boolean> | null = null
export function onRenewed(next: Listener): void { listener = next }
export function useProof(next: Proof | null): void {
  proof = next
  if (next) for (const go of [...awaiting]) go()
}
const PROOF_WITHIN_MS = 10_000
const awaiting = new Set<() => void>()
let awaken: () => Promise<boolean> = () => Promise.resolve(false)
/** What opens the phone's store when a renewal needs its key; false when this browser holds none. */
export function onProofNeeded(next: () => Promise<boolean>): void { awaken = next }

const explain: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined
    throw errorFrom(response.status, await response.clone().json().catch(() => null), response.headers)
  },
}
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: send })
api.use(explain)

/** Sends a request by hand: multipart uploads, downloads and what the contract does not describe. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await send(new Request(new URL(path, location.origin), init))
  if (!response.ok) throw errorFrom(response.status, await response.clone().json().catch(() => null), response.headers)
  return response
}
/** Saves an answer of the API as a file. */
export async function download(path: string, fallbackName: string, init: RequestInit = {}): Promise<void> {
  const response = await request(path, init)
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = named ? decodeURIComponent(named) : fallbackName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
/** True once a renewal was refused because this phone was taken out of use. */
export const phoneTakenBack = (): boolean => takenBack
let takenBack = false
/** One silent refresh at a time, whoever asks. False when there is no session any more; throws when offline. */
export function renew(): Promise<boolean> {
  renewing ??= refresh().finally(() => { renewing = null })
  return renewing
}
/** The browser's log-in belongs to somebody else than the person who unlocked this phone: it must not speak for them. */
let barred = false
export function barRenewal(yes: boolean): void { barred = yes }
async function refresh(): Promise<boolean> {
  if (barred) return false
  const body = '{}'
  const bytes = new TextEncoder().encode(body)
  const ask = (proven: Record<string, string>) => attempt(new Request(new URL('/api/v1/auth/refresh', location.origin), { method: 'POST', headers: { 'Content-Type': 'application/json', ...proven }, body }))
  let response = await ask(proof ? await proof(bytes) : {})
  const nonce = response.headers.get('X-Next-Nonce')
  if (response.status === 401 && nonce && (await codeOf(response)) === 'auth.nonce_required') {
    const maker = await proofSoon()
    if (maker) response = await ask(await maker(bytes, nonce))
  }
  // A network's own log-in page says neither yes nor no about anybody's log-in.
  if (response.status < 500 && !(response.headers.get('Content-Type') ?? '').includes('json')) throw portalError()
  if (!response.ok) {
    if (response.status !== 401 && response.status !== 403) throw errorFrom(response.status, null, response.headers)
    takenBack = (await codeOf(response)) === 'sync.device_revoked'
    setAccessToken(null)
    listener(null)
    return false
  }
  // A nonce is good once: the next push needs the one that came with this answer, and making a proof is how sync learns it.
  const next = response.headers.get('X-Next-Nonce')
  if (next && proof) await proof(new Uint8Array(), next)
  const renewed = (await response.json()) as Renewed
  setAccessToken(renewed.access_token)
  listener(renewed)
  return true
}
/** The maker of proofs, as soon as the phone's store is open; null when there is no phone here. */
function proofSoon(): Promise<Proof | null> {
  if (proof) return Promise.resolve(proof)
  return new Promise((resolve, reject) => {
    const end = () => { clearTimeout(timer); awaiting.delete(go) }
    const go = () => { end(); resolve(proof) }
    const timer = setTimeout(() => { end(); reject(offlineError()) }, PROOF_WITHIN_MS)
    awaiting.add(go)
    awaken().then((there) => { if (!there) go() }, () => { go() })
  })
}
async function codeOf(response: Response): Promise<string | undefined> {
  const body: unknown = await response.clone().json().catch(() => null)
  return (body as { error?: string } | null)?.error
}
let passwordAgain: () => Promise<boolean> = () => Promise.resolve(false)
/** Who asks the person for the password when the server wants it once more before something grave. */
export function onPasswordNeeded(ask: () => Promise<boolean>): void { passwordAgain = ask }
/** Refusals that a fresh access token does not change. */
const FINAL = new Set(['auth.nonce_required', 'auth.code_wrong'])
/** Where one logs in, a refusal is the answer; one's own second factor is asked for like everything else. */
function isDoor(path: string): boolean {
  return path.startsWith('/api/v1/auth/') && !path.startsWith('/api/v1/auth/factor')
}
async function send(first: Request): Promise<Response> {
  const again = first.clone()
  const confirmed = first.clone()
  let response = await attempt(first)
  if (response.status !== 401 || isDoor(new URL(first.url).pathname)) return response
  const code = await codeOf(response)
  if (code && FINAL.has(code)) return response
  if (code !== 'auth.step_up') {
    if (!(await renew())) return response
    response = await attempt(again)
    if (response.status !== 401 || (await codeOf(response)) !== 'auth.step_up') return response
  }
  return (await passwordAgain()) ? attempt(confirmed) : response
}
async function attempt(one: Request): Promise<Response> {
  one.headers.set('X-Linli', '1')
  one.headers.set('Accept-Language', locale.value === 'en' ? 'en' : 'zh-CN')
  const token = accessToken()
  if (token) one.headers.set('Authorization', `Bearer ${token}`)
  try {
    return await fetch(one, { credentials: 'same-origin', cache: 'no-store' })
  } catch {
    throw offlineError()
  }
}
/** Whether our server, and not somebody's log-in page, answers right now. */
export async function serverAnswers(): Promise<boolean> {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', redirect: 'error' })
    return answer.ok && (answer.headers.get('Content-Type') ?? '').includes('json')
  } catch {
    return false
  }
}
