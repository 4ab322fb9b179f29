// @vitest-environment happy-dom
/**
 * What a page that is left still had under way (D10). WebKit keeps such a page as it is, and with it the
 * transactions of the sender, behind which nothing could open those stores again.
 */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Db } from '../../db/idb'
import { makeLock, putLock } from '../../db/lock/vault'
import { PROFILE_STORES } from '../../db/schema'
import { Store } from '../../db/store'
import type { Entry } from '../../db/store'
import { uuid7 } from '../ids'
import type { Line } from '../line'
import { page } from '../page'
import type { At } from '../page'
import { close, start } from '../running'

const NONE = { digest: false, households: false, items: false }
const LEFT = { name: 'PageLeft' }
const recorded = { seal: null, undoUntil: 5000, recordedAt: 1000, draft: null }
const open: Store[] = []
let own: CryptoKey

function entry(): Entry {
  return {
    mutation_id: uuid7(Date.now()), type: 'visit.record', schema: 1, entity_id: uuid7(Date.now()), depends_on: [],
    payload: { household_id: 'h1', opinion: '水管漏水' }, occurred_at_device: '2026-11-23T10:00:00.000Z', tz_offset: 480,
    clock: { boot_id: 'b', monotonic_ms: 1, offset_ms: null }, hash: 'x',
  }
}

async function openStore(): Promise<Store> {
  const store = await Store.open('store', 'profile-1', own)
  open.push(store)
  await store.load()
  return store
}

/** What the phone holds, read by a page of its own. */
async function onDisk(): Promise<object> {
  const db = await Db.open('store', 0, PROFILE_STORES)
  const [meta, states, drafts, photos] = await db.read(['meta', 'states', 'drafts', 'photos'], (tx) =>
    Promise.all([tx.get<{ cursor: string | null; turn?: number }>('meta', 'meta'), tx.all('states'), tx.all('drafts'), tx.all('photos')]))
  db.close()
  return { cursor: meta?.cursor ?? null, turn: meta?.turn ?? 0, states: states.length, drafts: drafts.length, photos: photos.length }
}

/** The page is left in the moment `work` has its writing transaction open: whose requests nobody has answered yet. */
function leftDuring<T>(work: () => Promise<T>): Promise<T> {
  const begin = IDBDatabase.prototype.transaction
  let left = false
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...how) {
    const tx = begin.apply(this, how)
    if (how[1] === 'readwrite' && !left) {
      left = true
      queueMicrotask(() => dispatchEvent(new Event('pagehide')))
    }
    return tx
  })
  return work().finally(() => {
    spy.mockRestore()
    if (!left) throw new Error('nothing was written')
  })
}

beforeEach(async () => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  const made = await makeLock('profile-1', '274913', { name: 'pbkdf2', iterations: 1 })
  own = made.own
  const db = await Db.open('store', 0, PROFILE_STORES)
  await putLock(db, made.row)
  db.close()
})
afterEach(() => {
  localStorage.clear()
  for (const store of open.splice(0)) store.close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const SENDERS: [string, (store: Store) => Promise<unknown>][] = [
  ['its turn of sending', (store) => store.takeOver()],
  ['a page from the server', (store) => store.commit([{ op: 'meta', set: { cursor: 'c2' } }], NONE)],
]
const PEOPLES: [string, (store: Store) => Promise<unknown>, object][] = [
  ['a record', (store) => store.append(entry(), recorded), { states: 2 }],
  ['a record taken back', async (store) => store.undo((await store.outbox()).items[0]?.id as string, 2000), { states: 0 }],
  ['a draft', (store) => store.saveDraft('d2', {}, 'h1', 1), { drafts: 2 }],
  ['a draft put away', (store) => store.dropDraft('d1'), { drafts: 0 }],
  ['a photo', (store) => store.addPhoto({ ...PHOTO, id: 'p2' }, new Uint8Array([1])), { photos: 2 }],
  ['a log-out', (store) => store.forgetPulled(), { cursor: null }],
]
const PHOTO = { draft: null, mutation: 'm', entity: 'e', sha256: 'h', size: 1, mime: 'image/jpeg', state: 'waiting' as const, attempts: 0, addedAt: 1 }
const BEFORE = { cursor: 'c1', turn: 1, states: 1, drafts: 1, photos: 1 }

/** A page that has its turn of sending, an entry, a draft and a photo. */
async function begun(): Promise<Store> {
  const store = await openStore()
  await store.append(entry(), recorded)
  await store.saveDraft('d1', {}, 'h1', 1)
  await store.addPhoto({ ...PHOTO, id: 'p1' }, new Uint8Array([1]))
  await store.takeOver()
  await store.commit([{ op: 'meta', set: { cursor: 'c1' } }], NONE)
  expect(await onDisk()).toEqual(BEFORE)
  return store
}

describe('a page that is left', () => {
  it.each(SENDERS)('ends what it had under way as the sender: %s', async (_, work) => {
    const store = await begun()
    await expect(leftDuring(() => work(store))).rejects.toMatchObject(LEFT)
    expect(await onDisk()).toEqual(BEFORE)
  })

  it.each(SENDERS)('would have written it, were it not told that it is left: %s', async (_, work) => {
    vi.stubGlobal('addEventListener', undefined)
    const store = await begun()
    await leftDuring(() => work(store))
    expect(await onDisk()).not.toEqual(BEFORE)
  })

  it.each(PEOPLES)('finishes what a person did: %s', async (_, work, now) => {
    const store = await begun()
    await leftDuring(() => work(store))
    expect(await onDisk()).toEqual({ ...BEFORE, ...now })
  })

  it.each(PEOPLES)('would lose it, were it a thing of the sender: %s', async (_, work) => {
    const store = await begun()
    const write = Db.prototype.write
    vi.spyOn(Db.prototype, 'write').mockImplementation(function <T>(this: Db, stores: string[], what: Parameters<typeof write<T>>[1]) {
      return write.call(this, stores, what as never, true) as Promise<T>
    })
    await expect(leftDuring(() => work(store))).rejects.toMatchObject(LEFT)
    expect(await onDisk()).toEqual(BEFORE)
  })

  it('is not listened to any more once its connection is closed, by itself or by a newer page', async () => {
    const added = vi.spyOn(globalThis, 'addEventListener')
    const removed = vi.spyOn(globalThis, 'removeEventListener')
    const listening = (): unknown[] => {
      const of = (calls: unknown[][]): unknown[] => calls.filter(([type]) => type === 'pagehide').map(([, listener]) => listener)
      return of(added.mock.calls).filter((one) => !of(removed.mock.calls).includes(one))
    }
    const [first] = [await openStore(), await openStore()]
    expect(listening()).toHaveLength(2)
    first?.close()
    expect(listening()).toHaveLength(1)
    const newer = await Db.open('store', 99, PROFILE_STORES) // opens only when the older connection has closed
    expect(listening()).toHaveLength(1)
    newer.close()
    expect(listening()).toHaveLength(0)
  })
})

describe('a page that comes back out of the browser\'s cache', () => {
  const session = { userId: 'u-1', userName: '苏竹', appVersion: 'test', token: () => 'token', setToken: () => undefined, refresh: async () => 'ok' as const }
  const comeBack = (): boolean => dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))

  /** A page with a line on which nothing ever comes back; `asked`: what lay on the phone each time it sent. */
  async function runs(begin: (run: () => Promise<unknown>) => Promise<unknown>): Promise<{ asked: Promise<object>[] }> {
    const asked: Promise<object>[] = []
    const silent = (): Promise<never> => {
      asked.push(onDisk())
      return new Promise(() => undefined)
    }
    const line: Line = { enrol: silent, push: silent, pull: silent, scope: silent, piece: silent, proof: async () => ({}) }
    const store = await openStore()
    await begin(() => start(session, { profile: { id: 'profile-1', db: 'store' }, session } as unknown as At, store, line))
    return { asked }
  }
  afterEach(() => close())

  it('takes its turn before it sends, which it was left before it had', async () => {
    const { asked } = await runs(leftDuring)
    expect(await onDisk()).toMatchObject({ turn: 0 })
    expect(asked).toEqual([])
    comeBack()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(await asked[0]).toMatchObject({ turn: 1 })
  })

  it('takes a new turn and reads what another tab wrote as the sender meanwhile', async () => {
    const { asked } = await runs((run) => run())
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    const other = await openStore()
    await other.takeOver()
    await other.commit([{ op: 'meta', set: { cursor: 'c9' } }], NONE)
    await other.append(entry(), recorded)
    comeBack()
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(await asked[1]).toMatchObject({ turn: 3, cursor: 'c9' })
    expect(page.here?.loop.state).toMatchObject({ syncer: true, meta: { cursor: 'c9' }, items: [{ seq: 1 }] })
  })

  it('shows what was recorded meanwhile also where another tab goes on sending', async () => {
    const { asked } = await runs((run) => run())
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    localStorage.setItem('linli-sync-profile-1', JSON.stringify({ owner: 'another', until: Date.now() + 20_000 }))
    const other = await openStore()
    await other.takeOver()
    await other.append(entry(), recorded)
    comeBack()
    await vi.waitFor(() => expect(page.here?.loop.state).toMatchObject({ syncer: false, items: [{ seq: 1 }] }))
    expect(JSON.parse(localStorage.getItem('linli-sync-profile-1') ?? '')).toMatchObject({ owner: 'another' })
    expect(asked).toHaveLength(1)
  })
})
