// @vitest-environment node
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { CipherSuite, Aes256Gcm, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { BoxUnreadable, Boxer } from '../../db/box'
import { parseScanned, codeHash, isBeginningOf } from '../../db/codes'
import { Db, NoRoom, StoreTakenOver } from '../../db/idb'
import { MemoryStore } from '../../db/memory'
import { makeLock, putLock, readLock } from '../../db/lock/vault'
import { migrateProfile, MigrationFailed } from '../../db/migrate'
import { Register } from '../../db/profiles'
import { Replica } from '../../db/replica'
import { ALL_STORES, PROFILE_STORES } from '../../db/schema'
import type { EntryRow, PhotoRow } from '../../db/schema'
import { sealInfo } from '../../db/seal'
import { Store, Superseded } from '../../db/store'
import type { Entry } from '../../db/store'
import { read as readMessage } from '../channel'
import { canonical, NotCanonical, toBase64url } from '../canonical'
import { uuid7 } from '../ids'
import type { Op } from '../engine/events'
import type { Change, SealKey } from '../wire'

const NONE = { digest: false, households: false, items: false }
const CANARY = '金丝雀在窗台上'
let serial = 0

function entry(more: Partial<Entry> = {}): Entry {
  return {
    mutation_id: uuid7(Date.now()), type: 'visit.record', schema: 1, entity_id: uuid7(Date.now()), depends_on: [],
    payload: { household_id: 'h1', opinion: CANARY }, occurred_at_device: '2026-11-23T10:00:00.000Z', tz_offset: 480,
    clock: { boot_id: 'b', monotonic_ms: 1, offset_ms: null }, hash: 'x', ...more,
  }
}

const recorded = { seal: null, undoUntil: 0, recordedAt: 1, draft: null }
const household = (id: string, text = CANARY): Change => ({ entity: 'household', id, version: 1, op: 'put', household_id: id, row: { id, display_name: text } })
const visit = (id: string, of: string): Change => ({ entity: 'visit', id, version: 1, op: 'put', household_id: of, row: { id, household_id: of } })

/** A fast stretch: how long a real one takes is the bench's business. */
const FAST = { name: 'pbkdf2', iterations: 1 } as const
const owns = new Map<string, CryptoKey>()

/** A store whose person has chosen a PIN, opened. */
async function openStore(name: string, profile = 'profile-1', onTakenOver?: () => void): Promise<Store> {
  let own = owns.get(name)
  const db = await Db.open(name, 0, PROFILE_STORES)
  if (!own || !(await readLock(db))) {
    const made = await makeLock(profile, '274913', FAST)
    await putLock(db, made.row)
    owns.set(name, (own = made.own))
  }
  db.close()
  return Store.open(name, profile, own, onTakenOver)
}

async function fresh(): Promise<{ store: Store; name: string }> {
  const name = `store-${++serial}`
  const store = await openStore(name)
  await store.load()
  return { store, name }
}

/** Every byte the browser would have on disk, as text. */
async function bytesOf(name: string): Promise<string> {
  const db = await Db.open(name, 0, PROFILE_STORES)
  const rows = await db.read(ALL_STORES.filter((one) => one !== 'keys'), (tx) => Promise.all(ALL_STORES.filter((one) => one !== 'keys').map((one) => tx.all(one))))
  db.close()
  const flat = (value: unknown): string => {
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString('utf8') + Buffer.from(value).toString('utf16le')
    if (ArrayBuffer.isView(value)) return flat(new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer)
    if (Array.isArray(value)) return value.map(flat).join('')
    return typeof value === 'object' && value !== null ? Object.values(value).map(flat).join('') : String(value)
  }
  return flat(rows)
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})

describe('photos the server has received', () => {
  async function withOneSent(): Promise<Store> {
    const { store } = await fresh()
    const one = entry()
    await store.append(one, recorded)
    await store.addPhoto({
      id: 'p1', draft: null, mutation: one.mutation_id, entity: one.entity_id, sha256: 'h', size: 3, mime: 'image/jpeg', state: 'waiting', attempts: 2, addedAt: 1_000,
    }, new Uint8Array([1, 2, 3]))
    await store.commit([{ op: 'archive', id: one.mutation_id, seq: 4, area: 'a', at: 10 }], NONE)
    await store.photoSent((await store.photos())[0] as PhotoRow)
    expect(await store.photos()).toEqual([])
    return store
  }
  const prune = (store: Store, seq: number, before = 0) =>
    store.commit([{ op: 'prune_archive', backedUp: { a: seq }, before, shownSince: 0 }], NONE)
  const restored = async (store: Store): Promise<PhotoRow[]> => {
    await store.commit([{ op: 'restore_archive', backedUp: null }], NONE)
    return store.photos()
  }

  it('go out again after a restore, as they were', async () => {
    const store = await withOneSent()
    await prune(store, 4) // the backup has the entry; of the photo, which came later, nobody knows
    const [back] = await restored(store)
    expect(back).toMatchObject({ id: 'p1', state: 'waiting', attempts: 0, upload: null })
    expect(await store.photoContent(back as PhotoRow)).toEqual(new Uint8Array([1, 2, 3]))
    expect(await restored(store)).toHaveLength(1)
  })

  it('are let go once a backup holds an entry that came after them, or after a month', async () => {
    const store = await withOneSent()
    const later = entry()
    await store.append(later, recorded)
    await store.commit([{ op: 'archive', id: later.mutation_id, seq: 9, area: 'a', at: 20 }], NONE)
    await prune(store, 8)
    await prune(store, 9)
    expect(await restored(store)).toEqual([])
    const other = await withOneSent()
    await prune(other, 0, 1_001)
    expect(await restored(other)).toEqual([])
  })

  it('of what a phone may not read again are not kept', async () => {
    const { store } = await fresh()
    await store.addPhoto({
      id: 'p1', draft: null, mutation: 'm', entity: 'e', sha256: 'h', size: 3, mime: 'image/jpeg', state: 'waiting', attempts: 0, addedAt: 1_000, of: 'patrol_finding',
    }, new Uint8Array([1, 2, 3]))
    await store.photoSent((await store.photos())[0] as PhotoRow)
    expect(await restored(store)).toEqual([])
  })
})

describe('what was pulled', () => {
  it('does not write rows that follow lists which were deleted meanwhile, and begins anew', async () => {
    const { store } = await fresh()
    await store.commit([{ op: 'rows', changes: [household('h1')], since: null }, { op: 'meta', set: { cursor: 'c1', filled: true } }], NONE)
    await store.commit([{ op: 'drop_replica' }, { op: 'meta', set: { cursor: null, filled: false } }], NONE)
    const late = await store.commit([{ op: 'rows', changes: [household('h2')], since: 'c1' }, { op: 'meta', set: { cursor: 'c2', filled: true } }], NONE)
    expect(late.stale).toBe(true)
    expect(store.replica.householdIds()).toEqual([])
    expect(await store.load()).toMatchObject({ meta: { cursor: null, filled: false } })
    await store.commit([{ op: 'rows', changes: [household('h2')], since: null }, { op: 'meta', set: { cursor: 'c2' } }], NONE)
    expect(store.replica.householdIds()).toEqual(['h2'])
  })
})

describe('tabs that follow each other as the sender', () => {
  it('writes nothing any more for the one that was it before, however late it wakes', async () => {
    const { store, name } = await fresh()
    const second = await openStore(name)
    await second.load()
    await store.takeOver()
    const one = await store.append(entry(), recorded)
    await second.takeOver()
    await second.commit([{ op: 'rows', changes: [household('h2')], since: null }, { op: 'meta', set: { cursor: 'c2', filled: true } }], NONE)
    const late = store.commit([{ op: 'archive', id: one.id, seq: 1, area: 'a', at: 5 }, { op: 'rows', changes: [household('h1')], since: null }, { op: 'meta', set: { cursor: 'c1' } }], NONE)
    await expect(late).rejects.toBeInstanceOf(Superseded)
    const now = await openStore(name)
    expect(await now.load()).toMatchObject({ meta: { cursor: 'c2' }, items: [{ id: one.id }] })
    expect(now.replica.householdIds()).toEqual(['h2'])
  })

  it('does not let one that has its turn again finish what it began in the turn before', async () => {
    const { store, name } = await fresh()
    const second = await openStore(name)
    await store.takeOver()
    const late = store.commit([{ op: 'rows', changes: [household('h1')], since: null }, { op: 'meta', set: { cursor: 'c1' } }], NONE)
    await Promise.all([expect(late).rejects.toBeInstanceOf(Superseded), second.takeOver(), store.takeOver()])
    await store.commit([{ op: 'rows', changes: [household('h2')], since: null }, { op: 'meta', set: { cursor: 'c2' } }], NONE)
    expect(store.replica.householdIds()).toEqual(['h2'])
  })

  it('lets any tab log out', async () => {
    const { store, name } = await fresh()
    const second = await openStore(name)
    await store.takeOver()
    await store.commit([{ op: 'rows', changes: [household('h1')], since: null }, { op: 'meta', set: { cursor: 'c1' } }], NONE)
    await second.takeOver()
    await store.forgetPulled()
    expect(await second.load()).toMatchObject({ meta: { cursor: null } })
    expect(second.replica.householdIds()).toEqual([])
  })
})

describe('recording', () => {
  it('numbers entries in the transaction that stores them, also from two tabs', async () => {
    const { store, name } = await fresh()
    const other = await openStore(name)
    await other.load()
    const items = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).append(entry(), recorded)))
    expect(items.map((item) => item.seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  it('asks for strict durability and waits for complete', async () => {
    const { store } = await fresh()
    const asked = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await store.append(entry(), recorded)
    expect(asked.mock.lastCall?.[2]).toEqual({ durability: 'strict' })
    asked.mockRestore()
  })

  it('gives back what was recorded, in full', async () => {
    const { store } = await fresh()
    const one = entry()
    await store.append(one, recorded)
    expect((await store.mutations([one.mutation_id])).mutations).toEqual([{ ...one, device_seq: 1 }])
  })

  it('leaves nothing readable on the disk', async () => {
    const { store, name } = await fresh()
    await store.append(entry(), recorded)
    await store.commit([{ op: 'rows', changes: [household('h1')] }], NONE)
    await store.saveDraft('d', { text: CANARY }, 'h1', 5)
    await store.addPhoto({ id: 'p', draft: 'd', mutation: null, entity: null, sha256: 's', size: 1, mime: 'm', state: 'kept', attempts: 0, addedAt: 0 }, new TextEncoder().encode(CANARY))
    expect(await bytesOf(name)).not.toContain(CANARY)
  })

  it('seals a second copy that only the server can open, bound to its entry', async () => {
    const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
    const pair = await suite.kem.generateKeyPair()
    const seal: SealKey = { key_id: 'k1', suite: 'P256-HKDF-SHA256-AES256GCM', public_key: toBase64url(new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))) }
    const { store, name } = await fresh()
    const one = entry()
    await store.append(one, { ...recorded, seal })
    const db = await Db.open(name, 0, PROFILE_STORES)
    const sealed = (await db.read(['entries'], (tx) => tx.get<EntryRow>('entries', one.mutation_id)))?.sealed?.slice() as Uint8Array<ArrayBuffer>
    db.close()
    const open = async (id: string): Promise<string> => {
      const info = new TextEncoder().encode(sealInfo('k1', id)).buffer as ArrayBuffer
      const recipient = await suite.createRecipientContext({ recipientKey: pair.privateKey, enc: sealed.slice(0, 65).buffer, info })
      return new TextDecoder().decode(await recipient.open(sealed.slice(65).buffer))
    }
    expect(JSON.parse(await open(one.mutation_id))).toEqual(one)
    await expect(open(uuid7(1))).rejects.toThrow()
  })

  it('keeps of a finding that was sent nothing but the copy sealed to the server, and can send that again', async () => {
    const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
    const pair = await suite.kem.generateKeyPair()
    const seal: SealKey = { key_id: 'k1', suite: 'P256-HKDF-SHA256-AES256GCM', public_key: toBase64url(new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))) }
    const { store } = await fresh()
    const [finding, seen, unsealed] = [entry({ type: 'patrol.finding' }), entry(), entry({ type: 'patrol.finding' })]
    await store.append(finding, { ...recorded, seal })
    await store.append(seen, { ...recorded, seal })
    await store.append(unsealed, recorded)
    const words = async () => new Map((await store.entries(9)).map(({ state, entry: one }) => [state.id, one?.payload.opinion ?? null]))
    expect((await words()).get(finding.mutation_id)).toBe(CANARY)
    await store.commit([finding, seen, unsealed].map((one, i): Op => ({ op: 'archive', id: one.mutation_id, seq: i + 1, area: 'a', at: 5 })), NONE)
    // One that was never sealed must stay readable, or a restored server could never have it again.
    expect(await words()).toEqual(new Map([[finding.mutation_id, null], [seen.mutation_id, CANARY], [unsealed.mutation_id, CANARY]]))
    await store.commit([{ op: 'restore_archive', backedUp: null }], NONE)
    const { mutations, unreadable } = await store.mutations([finding.mutation_id])
    expect(unreadable).toEqual([])
    expect(mutations).toMatchObject([{ mutation_id: finding.mutation_id, device_seq: 1, key_id: 'k1' }])
    expect(mutations[0]).not.toHaveProperty('payload')
  })

  it('names an entry it cannot read instead of dropping it', async () => {
    const { store, name } = await fresh()
    const one = entry()
    await store.append(one, recorded)
    const db = await Db.open(name, 0, PROFILE_STORES)
    const row = await db.read(['entries'], (tx) => tx.get<EntryRow>('entries', one.mutation_id))
    await db.write(['entries'], async (tx) => tx.put('entries', { ...row, box: new ArrayBuffer(40) }))
    expect(await store.mutations([one.mutation_id])).toEqual({ mutations: [], unreadable: [one.mutation_id] })
    expect((await store.outbox()).items).toHaveLength(1)
  })
})

describe('taking back', () => {
  it('closes the gap in the numbers', async () => {
    const { store } = await fresh()
    const [a, b] = [entry(), entry()]
    await store.append(a, { ...recorded, undoUntil: 9_000, recordedAt: 1_000 })
    await store.append(b, { ...recorded, undoUntil: 9_000, recordedAt: 1_000 })
    expect(await store.undo(a.mutation_id, 2_000)).toBe(true)
    expect(await store.outbox()).toMatchObject({ items: [{ id: b.mutation_id, seq: 1 }], nextSeq: 2 })
  })

  it('is refused when its time is over', async () => {
    const { store } = await fresh()
    const one = entry()
    await store.append(one, { ...recorded, undoUntil: 9_000, recordedAt: 1_000 })
    expect(await store.undo(one.mutation_id, 9_000)).toBe(false)
  })
})

describe('what the engine commits', () => {
  it('survives a restart: rows, cursor and verdicts together', async () => {
    const { store, name } = await fresh()
    const one = entry()
    await store.append(one, recorded)
    const ops: Op[] = [
      { op: 'archive', id: one.mutation_id, seq: 4, area: 'a', at: 5 }, { op: 'rows', changes: [household('h1'), visit('v1', 'h1')] },
      { op: 'meta', set: { cursor: 'c9' } },
    ]
    await store.commit(ops, NONE)
    const again = await openStore(name)
    expect(await again.load()).toMatchObject({ meta: { cursor: 'c9', nextSeq: 2 }, items: [], damaged: 0 })
    expect(again.replica.householdIds()).toEqual(['h1'])
  })

  it('is all or nothing when the disk refuses', async () => {
    const { store, name } = await fresh()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await expect(store.commit([{ op: 'rows', changes: [household('h1')] }, { op: 'meta', set: { cursor: 'c2' } }], NONE)).rejects.toThrow('full')
    put.mockRestore()
    expect(store.replica.householdIds()).toEqual([])
    const again = await openStore(name)
    expect((await again.load()).meta.cursor).toBeNull()
  })

  it('gives its reserve away for an entry when the disk is full, and refuses the entry when that is gone too', async () => {
    const { store } = await fresh()
    const { put } = IDBObjectStore.prototype
    let reserve = true
    const lump = { delete: async () => { const had = reserve; reserve = false; return had } }
    vi.stubGlobal('caches', { open: async () => lump })
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      if (reserve || full) throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, given)
    })
    let full = false
    const first = entry()
    expect(await store.append(first, recorded)).toMatchObject({ id: first.mutation_id, seq: 1 })
    full = true
    await expect(store.append(entry(), recorded)).rejects.toBeInstanceOf(NoRoom)
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    expect((await store.outbox()).items.map((one) => one.id)).toEqual([first.mutation_id])
  })

  it('a withdrawn household takes its visits, tasks and drafts along and leaves the outbox', async () => {
    const { store, name } = await fresh()
    await store.append(entry(), recorded)
    await store.saveDraft('d1', { text: CANARY }, 'h1', 5)
    await store.saveDraft('d2', {}, 'h2', 5)
    await store.commit([{ op: 'rows', changes: [household('h1'), household('h2'), visit('v1', 'h1'), visit('v2', 'h2')] }], NONE)
    await store.commit([{ op: 'rows', changes: [{ entity: 'scope_drop', id: 'h1', version: 1, op: 'put', household_id: 'h1' }] }], NONE)
    const again = await openStore(name)
    await again.load()
    expect(again.replica.dump().map((row) => row.id).sort()).toEqual(['h2', 'v2'])
    expect(await again.loadDraft('d1')).toBeNull()
    expect(await again.loadDraft('d2')).not.toBeNull()
    expect((await again.outbox()).items).toHaveLength(1)
  })

  it('keeps hundreds of rows in a few boxes', async () => {
    const { store, name } = await fresh()
    await store.commit([{ op: 'rows', changes: Array.from({ length: 300 }, (_, i) => household(`h${i}`)) }], NONE)
    const db = await Db.open(name, 0, PROFILE_STORES)
    expect(await db.read(['chunks'], (tx) => tx.all('chunks'))).toHaveLength(3)
  })

  it('reads again when another tab was faster, and loses nothing of either', async () => {
    const { store, name } = await fresh()
    const other = await openStore(name)
    await other.load()
    await store.commit([{ op: 'rows', changes: [household('h1')] }], NONE)
    await other.commit([{ op: 'rows', changes: [household('h2')] }], NONE)
    expect(other.replica.householdIds()).toEqual(['h1', 'h2'])
  })

  it('rebuilds from the server what it cannot open, and keeps the outbox', async () => {
    const { store, name } = await fresh()
    await store.append(entry(), recorded)
    await store.commit([{ op: 'rows', changes: [household('h1')] }, { op: 'meta', set: { cursor: 'c1', filled: true } }], NONE)
    const db = await Db.open(name, 0, PROFILE_STORES)
    const [chunk] = await db.read(['chunks'], (tx) => tx.all<object>('chunks'))
    await db.write(['chunks'], async (tx) => tx.put('chunks', { ...chunk, box: new ArrayBuffer(50) }))
    const again = await openStore(name)
    expect(await again.load()).toMatchObject({ damaged: 1, meta: { cursor: null, filled: false }, items: [{ seq: 1 }] })
    await again.commit([{ op: 'drop_replica' }, { op: 'rows', changes: [household('h1')], since: null }, { op: 'meta', set: { cursor: 'c2', filled: true } }], NONE)
    expect(await (await openStore(name)).load()).toMatchObject({ damaged: 0, meta: { cursor: 'c2' } })
  })

  it('log-out drops what was pulled and nothing that was recorded', async () => {
    const { store } = await fresh()
    await store.append(entry(), recorded)
    await store.commit([{ op: 'rows', changes: [household('h1')] }], NONE)
    await store.forgetPulled()
    expect(store.replica.dump()).toEqual([])
    expect((await store.outbox()).items).toHaveLength(1)
  })

  it('moves entries exactly as the store in memory does, whatever comes', async () => {
    const anId = fc.integer({ min: 0, max: 4 })
    const anOp = (ids: string[]): fc.Arbitrary<Op> => fc.oneof(
      anId.map((i): Op => ({ op: 'archive', id: ids[i] as string, seq: i, area: i % 2 ? 'a' : null, at: i * 10 })),
      anId.map((i): Op => ({ op: 'hold', id: ids[i] as string, code: 'c', message: '', at: i })),
      fc.constantFrom<Op>({ op: 'restore_archive', backedUp: null }, { op: 'restore_archive', backedUp: { a: 2 } }, { op: 'renumber' }, { op: 'drop_replica' },
        { op: 'prune_archive', backedUp: { a: 1 }, before: 0, shownSince: 20 }, { op: 'prune_archive', backedUp: null, before: 25, shownSince: 25 }, { op: 'keep_only', households: ['h1'] }),
      fc.constantFrom('h1', 'h2', 'h3').map((id): Op => ({ op: 'rows', changes: [household(id), visit(`v${id}`, id)] })),
      fc.constantFrom('h1', 'h2').map((id): Op => ({ op: 'rows', changes: [{ entity: 'scope_drop', id, version: 1, op: 'put' }] })),
    )
    const ids = Array.from({ length: 5 }, () => uuid7(Date.now()))
    await fc.assert(fc.asyncProperty(fc.array(fc.array(anOp(ids), { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (steps) => {
      const { store, name } = await fresh()
      const memory = await MemoryStore.open()
      for (const id of ids) {
        const one = entry({ mutation_id: id })
        await store.append(one, recorded)
        await memory.append(one, recorded)
      }
      for (const ops of steps) {
        await store.commit(ops, NONE)
        await memory.commit(ops, NONE)
      }
      const again = await openStore(name)
      const loaded = await again.load()
      expect(loaded.items).toEqual((await memory.load()).items)
      expect(loaded.meta.nextSeq).toBe(memory.meta.nextSeq)
      const rows = (replica: Replica): string[] => replica.dump().map((row) => JSON.stringify(row)).sort()
      expect(rows(again.replica)).toEqual(rows(memory.replica))
      expect((await again.entries(99)).map(({ state }) => state.id).sort()).toEqual((await memory.entries(99)).map(({ state }) => state.id).sort())
    }), { numRuns: 40 })
  })
})

describe('a lost connection', () => {
  it('is opened again once, and the write happens', async () => {
    const { store } = await fresh()
    const real = IDBDatabase.prototype.transaction
    let broken = 1
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      if (broken-- > 0) throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
      return real.apply(this, args)
    })
    await store.append(entry(), recorded)
    spy.mockRestore()
    expect((await store.outbox()).items).toHaveLength(1)
  })
})

describe('boxes', () => {
  it('cannot be moved, renamed or read after a change', async () => {
    const boxer = new Boxer(await Boxer.makeKey(), 'p')
    const box = await boxer.putJson('drafts', 'a', 1, { x: 1 })
    expect(await boxer.takeJson('drafts', 'a', 1, box)).toEqual({ x: 1 })
    await expect(boxer.takeJson('drafts', 'b', 1, box)).rejects.toThrow(BoxUnreadable)
    await expect(boxer.takeJson('entries', 'a', 1, box)).rejects.toThrow(BoxUnreadable)
    await expect(boxer.takeJson('drafts', 'a', 2, box)).rejects.toThrow(BoxUnreadable)
    new Uint8Array(box.box)[3]! ^= 1
    await expect(boxer.takeJson('drafts', 'a', 1, box)).rejects.toThrow(BoxUnreadable)
  })

  it('have a key that cannot be read out', async () => {
    await expect(crypto.subtle.exportKey('raw', await Boxer.makeKey())).rejects.toThrow()
  })

  it('never use one IV twice', async () => {
    const boxer = new Boxer(await Boxer.makeKey(), 'p')
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) seen.add((await boxer.put('s', 'i', 1, new Uint8Array(1))).iv.join())
    expect(seen.size).toBe(2000)
  })
})

describe('moving to a new shape', () => {
  const step = { from: 1, dropPulled: true, rows: { states: (row: Record<string, unknown>) => ({ ...row, colour: 'green' }) } }

  async function profile(): Promise<{ row: Parameters<typeof migrateProfile>[0]; id: string }> {
    const store = await openStore('linli-x-1', 'x')
    await store.load()
    const one = entry()
    await store.append(one, recorded)
    await store.commit([{ op: 'rows', changes: [household('h1')] }, { op: 'meta', set: { cursor: 'c' } }], NONE)
    store.close()
    return { row: { id: 'x', db: 'linli-x-1', schema: 1, userId: 'u', name: { iv: new Uint8Array(), box: new ArrayBuffer(0) }, loggedIn: true, usedAt: 0 }, id: one.mutation_id }
  }

  it('copies recorded contents byte for byte and pulls the rest again', async () => {
    const { row, id } = await profile()
    const moved = await migrateProfile(row, 2, [step])
    expect(moved).toMatchObject({ db: 'linli-x-2', schema: 2 })
    owns.set('linli-x-2', owns.get('linli-x-1') as CryptoKey)
    const store = await openStore('linli-x-2', 'x')
    expect(await store.load()).toMatchObject({ meta: { cursor: null }, items: [{ id }] })
    expect((await store.mutations([id])).mutations).toHaveLength(1)
  })

  it('leaves everything as it was when it fails', async () => {
    const { row, id } = await profile()
    await expect(migrateProfile(row, 3, [step])).rejects.toThrow(MigrationFailed)
    const store = await openStore('linli-x-1', 'x')
    expect((await store.load()).items.map((item) => item.id)).toEqual([id])
  })

  it('makes an older page let go of the store, so that it cannot write what would be lost', async () => {
    const { row } = await profile()
    let told = false
    const older = await openStore('linli-x-1', 'x', () => { told = true })
    await migrateProfile(row, 2, [step])
    expect(told).toBe(true)
    await expect(older.append(entry(), recorded)).rejects.toThrow(StoreTakenOver)
  })
})

describe('the register', () => {
  it('keeps one store per person and tells of others only a name and a count', async () => {
    const register = await Register.open()
    const first = await register.take('u1', '苏竹', 1)
    const store = await openStore(first.db, first.id)
    await store.append(entry(), recorded)
    const second = await register.take('u2', '何松', 2)
    expect(second.db).not.toBe(first.db)
    expect(await register.people()).toMatchObject([{ userName: '何松', waiting: 0 }, { userName: '苏竹', waiting: 1 }])
    expect((await register.lastLoggedIn())?.userId).toBe('u2')
    expect((await register.take('u1', '苏竹', 3)).db).toBe(first.db)
  })

  it('does not name anybody in clear', async () => {
    const register = await Register.open()
    await register.take('u1', CANARY, 1)
    const db = await Db.open('linli', 1, {})
    const [row] = await db.read(['profiles'], (tx) => tx.all<{ name: { box: ArrayBuffer } }>('profiles'))
    expect(Buffer.from(row?.name.box ?? new ArrayBuffer(0)).toString()).not.toContain(CANARY)
  })
})

describe('door codes', () => {
  it.each([
    ['https://linli.test/q/AbCdEfGhIjKlMnOpQrSt_-', 'token'], ['7K3M-9QXD', 'short'], ['7k3m 9qxd', 'short'], ['OIL00000', 'short'],
  ])('%s is a %s', (text, kind) => {
    expect(parseScanned(text, 'linli.test')?.kind).toBe(kind)
  })

  it.each(['https://evil.test/q/AbCdEfGhIjKlMnOpQrSt_-', 'https://linli.test/login', 'javascript:alert(1)', 'hello', '', '7K3M9QX', 'UUUUUUUU'])('%s is nothing of ours', (text) => {
    expect(parseScanned(text, 'linli.test')).toBeNull()
  })

  it('are looked up by a keyed hash that tells token and short code apart', async () => {
    const key = toBase64url(new Uint8Array(32))
    expect(await codeHash(key, { kind: 'token', value: 'A' })).not.toBe(await codeHash(key, { kind: 'short', value: 'A' }))
  })

  it('are known by the first 96 bits of that hash, and by nothing shorter', async () => {
    const whole = await codeHash(toBase64url(new Uint8Array(32)), { kind: 'token', value: 'A' })
    expect([whole, whole.slice(0, 24), whole.slice(0, 23), '', whole.slice(1, 25)].map((held) => isBeginningOf(held, whole))).toEqual([true, true, false, false, false])
  })
})

describe('messages between tabs', () => {
  it.each([null, 'changed', { kind: 'changed' }, { kind: 'changed', rows: 1, records: true }, { kind: 'recorded', extra: 1 }, { kind: 'wipe' }, []])('%j is ignored', (data) => {
    expect(readMessage(data)).toBeNull()
  })
})

describe('canonical JSON', () => {
  it.each([[1.5], [Number.NaN], [2 ** 53], [undefined], [{ a: undefined }], ['\ud800'], [{ '\udfff': 1 }]])('refuses %j as the server does', (value) => {
    expect(() => canonical(value)).toThrow(NotCanonical)
  })

  it('sorts keys by UTF-16 and keeps text as it is', () => {
    expect(canonical({ b: 1, a: '李\n"', '\u{1F600}': null, '\ufb33': [true] })).toBe('{"a":"李\\n\\"","b":1,"\u{1F600}":null,"\ufb33":[true]}')
  })
})

describe('ids', () => {
  it('are UUIDv7 and rise, also within one millisecond and over a small step back', () => {
    const ids = [1000, 1000, 1000, 999, 1001].map((ms) => uuid7(1_700_000_000_000 + ms))
    expect([...ids].sort()).toEqual(ids)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
