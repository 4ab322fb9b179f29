// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReferenceServer } from './reference'
import type { Request } from './server'
import { Db } from '../../db/idb'
import { PROFILE_STORES } from '../../db/schema'
import type { EntryRow } from '../../db/schema'
import { askedElsewhere, households, isNew, localRecords, refreshRecordedTasks } from '../../db/queries'
import type { MessageRow } from '../../db/queries'
import type { OpenResult, Session, Status } from '../index'
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
  if (url.pathname === '/api/v1/sync/courier') return courier(new TextDecoder().decode(init.body as Uint8Array<ArrayBuffer>))
  const kinds: Record<string, Request['kind']> = {
    '/api/v1/sync/devices': 'enrol', '/api/v1/sync/push': 'push', '/api/v1/sync/pull': 'pull', '/api/v1/sync/scope': 'scope',
  }
  const kind = kinds[url.pathname] as Request['kind']
  const answer = await server.request({ kind, user: 0, device: 0, body: await inflate(init.body), cursor: url.searchParams.get('cursor'), crash: null }, Date.now())
  if (kind === 'enrol') Object.assign(answer.json as object, { seal: SEAL })
  return new Response(JSON.stringify(answer.json), { status: answer.status, headers: { 'Content-Type': 'application/json', 'X-Sync-Protocol': '1' } })
}

let brought: string[] = []
let answerCarried: { status: number; json: object } | null = null
function courier(text: string): Response {
  brought.push(text)
  const { file_id, count } = JSON.parse(text) as { file_id: string; count: number }
  const { status, json } = answerCarried ?? { status: 200, json: { file_id, count, waiting: 0 } }
  return new Response(JSON.stringify(json), { status, headers: { 'Content-Type': 'application/json' } })
}

/** A few bits of the readable copy are gone, as on a worn-out phone. */
async function breakEntry(id: string): Promise<void> {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one?.startsWith('linli-') && one !== 'linli-carried') as string
  const db = await Db.open(name, 0, PROFILE_STORES)
  await db.write(['entries'], async (tx) => tx.put('entries', { ...(await tx.get<EntryRow>('entries', id)), box: new ArrayBuffer(40) }))
  db.close()
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

const PIN = '274913'

/** Opens a person's store as they do: the first time they choose a PIN, later they press it. */
async function openUp(who: Session): Promise<OpenResult> {
  const result = await sync.open(who)
  if (sync.access() === 'choose') await sync.choosePin(PIN)
  else if (sync.access() === 'locked') expect(await sync.unlock(PIN)).toBeNull()
  return result
}

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
  brought = []
  answerCarried = null
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
  await openUp(session())
  await until((status) => !status.filling)
  return households()[0]?.id as string
}

describe('the door', () => {
  it('enrols, pulls my households and says when it has them all', async () => {
    await openAndFill()
    expect(households()).toHaveLength(3)
    expect(sync.status().pause).toBeNull()
  })

  it('goes on counting what was recorded while it read what another tab had changed', async () => {
    const id = await openAndFill()
    offline = true
    const others = (await indexedDB.databases()).flatMap(({ name }) => /^(linli-.+)-\d+$/.exec(name ?? '')?.[1] ?? []).map((name) => new BroadcastChannel(name))
    const open = crypto.subtle.decrypt.bind(crypto.subtle)
    let lists = (): void => undefined
    const slow = new Promise<void>((done) => { lists = done })
    const begun = new Promise<void>((begins) => {
      vi.spyOn(crypto.subtle, 'decrypt').mockImplementation(async (...box) => {
        const { additionalData } = box[0] as AesGcmParams
        if (new TextDecoder().decode(additionalData).includes('chunks')) { begins(); await slow }
        return open(...box)
      })
    })
    for (const other of others) other.postMessage({ kind: 'changed', rows: true, records: true })
    await begun
    await sync.enqueue('visit.record', visit(id))
    const read = new Promise<void>((done) => { sync.onChange(({ rows }) => { if (rows) done() }) })
    lists()
    await read
    vi.restoreAllMocks()
    for (const other of others) other.close()
    expect(sync.status().waiting).toBe(1)
  })

  it('says a visit is saved offline, keeps it over a restart, and sends it when the network is back', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await until((status) => status.waiting === 1 && status.reachable === false)
    await sync.close()
    await openUp(session())
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
    await openUp(session())
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
    await openUp(session('u-2', '何松'))
    expect(await localRecords()).toEqual([])
    expect(sync.status().waiting).toBe(0)
    expect(await sync.otherUsers()).toMatchObject([{ userName: '苏竹', waiting: 1 }])
    await sync.logOut()
    await openUp(session())
    expect(sync.status().waiting).toBe(1)
  })

  it('drops what was pulled at log-out and keeps what was recorded', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await sync.saveDraft('visit:x', { met: 'family' }, id)
    await sync.logOut()
    await openUp(session())
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

  it('counts a seen message nowhere, keeps it over a new start, and sends it', async () => {
    const id = await openAndFill()
    const row = { id: 'm-1', version: 3, code: 'task.given', at: '2026-11-23T02:00:00.000Z', read_at: null } as MessageRow
    const unread = () => isNew(row) && !isNew({ ...row, version: 2 })
    offline = true
    expect(unread()).toBe(false)
    expect(isNew(row)).toBe(true)
    await sync.enqueue('message.read', { messages: [{ id: 'm-1', version: 2 }] })
    await vi.waitFor(() => expect(unread()).toBe(true))
    await sync.enqueue('message.read', { messages: [{ id: 'm-1', version: 3 }] })
    await vi.waitFor(() => expect(isNew(row)).toBe(false))
    expect(sync.status()).toMatchObject({ waiting: 0, attention: [], received: [] })
    expect(await localRecords()).toEqual([])
    expect(await sync.people()).toMatchObject([{ waiting: 0 }])
    expect(await sync.exportSealed()).toMatchObject({ entries: 0, left: 0 })
    await sync.close()
    expect(isNew(row)).toBe(true)
    await openUp(session())
    await vi.waitFor(() => expect(isNew(row)).toBe(false))
    await sync.enqueue('visit.record', visit(id))
    expect(sync.status().waiting).toBe(1)
    offline = false
    sync.syncNow()
    await until((status) => status.waiting === 0)
    expect(sync.status().received.map(({ type }) => type)).toEqual(['visit.record'])
  })

  it('puts waiting entries into a file that names no household and no word of them', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    const { files, entries, left } = await sync.exportSealed()
    expect({ entries, left, files: files.length }).toEqual({ entries: 1, left: 0, files: 1 })
    const text = (await files[0]?.text()) ?? ''
    expect(files[0]?.name).toMatch(/^linli-[0-9a-f]{8}\.txt$/)
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(['count', 'device_id', 'file_id', 'format', 'key_id', 'read_me', 'sealed', 'version'])
    expect(text).not.toContain('水管')
    expect(text).not.toContain(id)
    await refreshRecordedTasks()
  })

  it('keeps what it handed over, says so, and no longer lets it be taken back', async () => {
    const id = await openAndFill()
    offline = true
    const { mutationId } = await sync.enqueue('visit.record', visit(id), { undoMs: 60_000 })
    await sync.exportSealed()
    expect(await sync.undo(mutationId)).toBe(false)
    expect(sync.status().waiting).toBe(1)
    expect((await localRecords())[0]).toMatchObject({ place: 'here', undo_until: null, carried_at: expect.any(String) })
    offline = false
    sync.syncNow()
    await until((status) => status.waiting === 0)
    expect((await localRecords())[0]).toMatchObject({ place: 'received' })
  })

  it('hands over without being opened', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await sync.close()
    expect(await sync.exportSealed()).toMatchObject({ entries: 1, left: 0, known: true })
    await sync.open(session())
    expect(sync.status().waiting).toBe(1)
  })

  it('hands over an entry whose readable copy is broken', async () => {
    const id = await openAndFill()
    offline = true
    const { mutationId } = await sync.enqueue('visit.record', visit(id))
    await breakEntry(mutationId)
    expect((await localRecords())[0]).toMatchObject({ unreadable: true, place: 'here' })
    expect(await sync.exportSealed()).toMatchObject({ entries: 1, left: 0 })
  })

  it('says that nothing can be handed over in the name of a phone no server has met', async () => {
    offline = true
    await openUp(session())
    await sync.enqueue('visit.record', visit('0'))
    expect(await sync.exportSealed()).toMatchObject({ files: [], known: false })
    expect(sync.status().waiting).toBe(1)
  })

  it('seals what was recorded before it knew the key, once it knows it', async () => {
    offline = true
    await openUp(session())
    await sync.enqueue('visit.record', visit('0'), { undoMs: 60_000 })
    offline = false
    sync.syncNow()
    await until((status) => !status.filling)
    offline = true
    expect(await sync.exportSealed()).toMatchObject({ entries: 1, left: 0, known: true })
  })

  it('carries a neighbour\'s file, counts it without a name, and lets it go when the server has it', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    const file = (await sync.exportSealed()).files[0] as File
    await sync.logOut()
    await openUp(session('u-2', '何松'))
    expect(await sync.takeCarried(new Blob(['\uFEFF', await file.text()]))).toBe('kept')
    expect(await sync.takeCarried(file)).toBe('had')
    expect(await sync.carried()).toEqual({ neighbours: 1, entries: 1, refused: 0 })
    offline = false
    sync.syncNow()
    await vi.waitFor(async () => expect(await sync.carried()).toEqual({ neighbours: 0, entries: 0, refused: 0 }))
    expect(brought).toEqual([await file.text()])
  })

  it('keeps a carried file while the server is not done with it, and shows one it will not take', async () => {
    const id = await openAndFill()
    offline = true
    await sync.enqueue('visit.record', visit(id))
    const file = (await sync.exportSealed()).files[0] as File
    offline = false
    answerCarried = { status: 200, json: { file_id: JSON.parse(await file.text()).file_id, count: 1, waiting: 1 } }
    await sync.takeCarried(file)
    sync.syncNow()
    await vi.waitFor(() => expect(brought.length).toBeGreaterThan(0))
    expect(await sync.carried()).toMatchObject({ entries: 1 })
    answerCarried = { status: 422, json: { error: 'courier.not_recognised' } }
    await sync.close()
    await openUp(session())
    await vi.waitFor(async () => expect(await sync.carried()).toEqual({ neighbours: 0, entries: 0, refused: 1 }))
    offline = true
    await sync.enqueue('visit.record', visit(id))
    await sync.takeCarried((await sync.exportSealed()).files[0] as File)
    await sync.dropRefusedCarried()
    const { entries, refused } = await sync.carried()
    expect([entries > 0, refused]).toEqual([true, 0])
  })

  it.each([['', '{}', 'null', '[1]', '<html>', '{"format":"linli-sealed"}', '{"format":"linli-sealed","file_id":"../x","device_id":"y","count":1,"sealed":"AA"}']])('takes in nothing that is no such file', async (...texts) => {
    for (const text of texts) expect(await sync.takeCarried(new Blob([text]))).toBe('not_ours')
    expect(await sync.takeCarried(new Blob([new Uint8Array(2 * 1024 * 1024)]))).toBe('not_ours')
    expect(await sync.carried()).toMatchObject({ entries: 0 })
  })
})
