// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReferenceServer } from './reference'
import type { Request } from './server'
import { askedElsewhere, households, localRecords, refreshRecordedTasks } from '../../db/queries'
import type { Session, Status } from '../index'
import type { VisitPayload } from '../wire'

const server = new ReferenceServer()
let offline = false
let calls: { url: string; init: RequestInit }[] = []

async function inflate(body: unknown): Promise<unknown> {
  if (!(body instanceof Uint8Array)) return null
  const gz = body[0] === 0x1f && body[1] === 0x8b
  const stream = new Blob([body as BlobPart]).stream()
  return new Response(gz ? stream.pipeThrough(new DecompressionStream('gzip')) : stream).json()
}

async function fakeFetch(input: string, init: RequestInit): Promise<Response> {
  calls.push({ url: input, init })
  if (offline) throw new TypeError('no route')
  const url = new URL(input, 'https://linli.test')
  const kinds: Record<string, Request['kind']> = {
    '/api/v1/sync/devices': 'enrol', '/api/v1/sync/push': 'push', '/api/v1/sync/pull': 'pull', '/api/v1/sync/scope': 'scope',
  }
  const kind = kinds[url.pathname] as Request['kind']
  const answer = await server.request({ kind, user: 0, device: 0, body: await inflate(init.body), cursor: url.searchParams.get('cursor'), crash: null }, Date.now())
  if (kind === 'enrol') Object.assign(answer.json as object, { seal: SEAL })
  return new Response(JSON.stringify(answer.json), { status: answer.status, headers: { 'Content-Type': 'application/json', 'X-Sync-Protocol': '1' } })
}

let SEAL = { key_id: 'k1', public_key: '', suite: 'P256-HKDF-SHA256-AES256GCM' }

function session(userId = 'u-1', userName = '苏竹'): Session {
  return { userId, userName, appVersion: 'test', token: () => 'token', setToken: () => undefined, refresh: async () => 'ok' }
}

function visit(household_id: string): VisitPayload {
  return {
    household_id, task_id: null, visit_date: '2026-11-23', mode: 'door', purpose: 'routine', met: 'met', people_met: [], family_changes: null,
    needs: [], hazards: [], policies_told: [], items_given: [], opinion: '水管漏水', next_action: 'none', next_date: null, duration_min: 20,
    filled_for: null, evidence: 'list', code_generation: null, attachments: [], form: 'F1', form_version: 1,
  }
}

type Sync = typeof import('../index')
let sync: Sync

async function until(good: (status: Status) => boolean): Promise<void> {
  if (good(sync.status())) return
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`never: ${JSON.stringify(sync.status())}`)), 3000)
    const stop = sync.onStatus((status) => {
      if (!good(status)) return
      clearTimeout(timer)
      stop()
      resolve()
    })
  })
}

beforeEach(async () => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('fetch', fakeFetch)
  offline = false
  calls = []
  const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  SEAL = { ...SEAL, public_key: btoa(String.fromCharCode(...raw)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') }
  await server.reset(1, { maxCount: 500, locks: false, forgetsDrops: false, pageSize: 500 })
  sync = await import('../index')
})

afterEach(async () => {
  await sync.close()
  vi.stubGlobal('fetch', () => new Promise(() => undefined))
})

async function openAndFill(): Promise<string> {
  await sync.open(session())
  await until((status) => !status.filling)
  return households()[0]?.id as string
}

describe('the door', () => {
  it('enrols, pulls my households and says when it has them all', async () => {
    await openAndFill()
    expect(households()).toHaveLength(3)
    expect(sync.status().pause).toBeNull()
  })

  it('says a visit is saved offline, keeps it over a restart, and sends it when the network is back', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await until((status) => status.waiting === 1 && status.reachable === false)
    await sync.close()
    await sync.open(session())
    expect(sync.status().waiting).toBe(1)
    offline = false
    sync.syncNow()
    await until((status) => status.waiting === 0 && status.received.length === 1)
    expect(Object.values((await server.truth()).applied)).toEqual([1])
  })

  it('shows an entry in exactly one of its three places', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    expect((await localRecords()).map((one) => one.place)).toEqual(['here'])
    offline = false
    sync.syncNow()
    await until((status) => status.waiting === 0)
    expect((await localRecords()).map((one) => one.place)).toEqual(['received'])
    await server.control({ do: 'unassign', user: 0, household: id })
    await sync.enqueue('visit.record', visit(id))
    await until((status) => status.attention.length === 1)
    expect((await localRecords())[0]).toMatchObject({
      place: 'attention', code: 'not_assigned', asked: { state: 'open', why: 'visits.asked.not_assigned' },
    })
    await server.control({ do: 'settle', n: 0, how: 'closed' })
    sync.syncNow()
    await until((status) => status.attention.length === 0)
    expect((await localRecords())[0]).toMatchObject({ place: 'received', asked: { state: 'closed', why: 'visits.asked.not_assigned' } })
    expect(await askedElsewhere()).toEqual([])
  })

  it('tells of an entry the committee looks at also on a phone that never recorded it', async () => {
    const id = await openAndFill()
    await server.control({ do: 'unassign', user: 0, household: id })
    await sync.enqueue('visit.record', visit(id))
    await until((status) => status.attention.length === 1)
    await sync.wipe(true)
    await sync.open(session())
    await until((status) => status.lastContact !== null && !status.filling)
    expect(await localRecords()).toEqual([])
    expect(await askedElsewhere()).toMatchObject([{ state: 'open', code: 'not_assigned' }])
  })

  it('takes an entry back while nothing was sent, and leaves no hole in the numbers', async () => {
    const id = await openAndFill()
    const { mutationId, undoUntil } = await sync.enqueue('visit.record', visit(id), { undoMs: 10_000 })
    expect(undoUntil).not.toBeNull()
    expect(await sync.undo(mutationId)).toBe(true)
    expect(sync.status()).toMatchObject({ waiting: 0, recordedThrough: 0 })
    await sync.enqueue('visit.record', visit(id))
    await until((status) => status.receivedThrough === 1)
  })

  it('never shows or sends one person what another recorded, only that something waits', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await sync.logOut()
    await sync.open(session('u-2', '何松'))
    expect(await localRecords()).toEqual([])
    expect(sync.status().waiting).toBe(0)
    expect(await sync.otherUsers()).toEqual([{ userName: '苏竹', waiting: 1 }])
    await sync.logOut()
    await sync.open(session())
    expect(sync.status().waiting).toBe(1)
  })

  it('drops what was pulled at log-out and keeps what was recorded', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await sync.saveDraft('visit:x', { met: 'family' }, id)
    await sync.logOut()
    await sync.open(session())
    expect(households()).toEqual([])
    expect(await sync.loadDraft('visit:x')).toMatchObject({ value: { met: 'family' } })
  })

  it('follows no redirect, caches nothing and zips what it sends', async () => {
    const id = await openAndFill()
    for (let i = 0; i < 5; i++) await sync.enqueue('visit.record', visit(id), { undoMs: 50 })
    await until((status) => status.waiting === 0)
    for (const { init } of calls) expect(init).toMatchObject({ redirect: 'error', cache: 'no-store' })
    const push = calls.filter(({ url }) => url.endsWith('/push')).at(-1)
    expect((push?.init.headers as Record<string, string>)['Content-Encoding']).toBe('gzip')
  })

  it('finishes the draft and claims its photos in the transaction that records the visit', async () => {
    const id = await openAndFill()
    offline = true
    await sync.saveDraft('visit:1', { met: 'met' }, id)
    const ref = await sync.addPhoto({ blob: new Blob([new Uint8Array([1, 2, 3])], { type: 'image/jpeg' }), draftKey: 'visit:1' })
    await sync.enqueue('visit.record', { ...visit(id), attachments: [ref] }, { draftKey: 'visit:1' })
    expect(await sync.loadDraft('visit:1')).toBeNull()
    expect((await localRecords())[0]?.photos_pending).toBe(1)
  })

  it('puts waiting entries into a file that names no household and no word of them', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    const text = await (await sync.exportSealed()).text()
    expect(JSON.parse(text).entries).toHaveLength(1)
    expect(text).not.toContain('水管')
    expect(text).not.toContain(id)
    await refreshRecordedTasks()
  })
})
