import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onProofNeeded, renew, request, useProof } from './client'
import { ApiError } from './errors'
import { accessToken, setAccessToken } from './token'

const user = { id: 'u1', name: '柏雪芽', roles: [] }
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
let answers: (() => Response | Promise<Response>)[]
let seen: Request[]

beforeEach(() => {
  seen = []
  vi.stubGlobal('location', new URL('https://linli.test/'))
  vi.stubGlobal('fetch', (one: Request) => { seen.push(one); return Promise.resolve().then(answers.shift()!) })
  setAccessToken('old')
})
afterEach(() => { vi.unstubAllGlobals(); useProof(null); onProofNeeded(() => Promise.resolve(false)) })

describe('request', () => {
  it('carries our header and the token', async () => {
    answers = [() => json(200, {})]
    await request('/api/v1/x')
    expect(seen[0]!.headers.get('X-Linli')).toBe('1')
    expect(seen[0]!.headers.get('Authorization')).toBe('Bearer old')
  })
  it('renews once after a 401 and repeats with the new token', async () => {
    answers = [() => json(401, { error: 'auth.expired', message: '' }), () => json(200, { access_token: 'new', expires_in: 600, user }), () => json(200, { ok: 1 })]
    const response = await request('/api/v1/x', { method: 'POST', body: '{"a":1}' })
    expect(await response.json()).toEqual({ ok: 1 })
    expect(seen.map((one) => new URL(one.url).pathname)).toEqual(['/api/v1/x', '/api/v1/auth/refresh', '/api/v1/x'])
    expect(seen[2]!.headers.get('Authorization')).toBe('Bearer new')
    expect(await seen[2]!.text()).toBe('{"a":1}')
  })
  it('asks for one refresh however many requests meet the end of the token', async () => {
    answers = [() => json(200, { access_token: 'new', expires_in: 600, user })]
    await Promise.all([renew(), renew(), renew()])
    expect(seen).toHaveLength(1)
  })
  it('does not ask again when the refresh is refused', async () => {
    answers = [() => json(401, { error: 'auth.expired', message: '请再登录' }), () => json(401, { error: 'auth.expired', message: '' })]
    await expect(request('/api/v1/x')).rejects.toMatchObject({ status: 401, message: '请再登录' })
    expect(accessToken()).toBeNull()
    expect(seen).toHaveLength(2)
  })
  it('keeps the token when there is no network', async () => {
    answers = [() => { throw new TypeError('network') }]
    const thrown = await request('/api/v1/x').catch((e: unknown) => e)
    expect(thrown).toBeInstanceOf(ApiError)
    expect((thrown as ApiError).offline).toBe(true)
    expect(accessToken()).toBe('old')
  })
  it('turns an answer that is not ours into a sentence', async () => {
    answers = [() => new Response('<html>', { status: 502 })]
    await expect(request('/api/v1/x')).rejects.toMatchObject({ code: 'unknown', message: '这会儿办不了，没有存。过一会儿再试。' })
  })
  it('signs the refresh when the phone has a device key', async () => {
    useProof(async () => ({ 'X-Device-Proof': 'p' }))
    answers = [() => json(200, { access_token: 'new', expires_in: 600, user })]
    await renew()
    expect(seen[0]!.headers.get('X-Device-Proof')).toBe('p')
  })
  it('signs again with the nonce the server gives', async () => {
    useProof((_body, nonce) => Promise.resolve<Record<string, string>>(nonce ? { 'X-Device-Nonce': nonce } : {}))
    answers = [nonceRequired, () => json(200, { access_token: 'new', expires_in: 600, user })]
    expect(await renew()).toBe(true)
    expect(seen.map((one) => one.headers.get('X-Device-Nonce'))).toEqual([null, 'n1'])
  })
  it('opens the store of this phone when the refresh needs its key', async () => {
    onProofNeeded(() => { setTimeout(() => { useProof((_body, nonce) => Promise.resolve({ 'X-Device-Nonce': nonce! })) }, 1); return Promise.resolve(true) })
    answers = [nonceRequired, () => json(200, { access_token: 'new', expires_in: 600, user })]
    expect(await renew()).toBe(true)
    expect(seen[1]!.headers.get('X-Device-Nonce')).toBe('n1')
  })
  it('takes the log-in for ended when its key is not on this phone', async () => {
    answers = [nonceRequired]
    expect(await renew()).toBe(false)
    expect(accessToken()).toBeNull()
  })
})
const nonceRequired = () => new Response(JSON.stringify({ error: 'auth.nonce_required', message: '' }), { status: 401, headers: { 'Content-Type': 'application/json', 'X-Next-Nonce': 'n1' } })
