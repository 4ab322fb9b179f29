// @vitest-environment node
import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Boxer, BoxUnreadable } from '../../db/box'
import { Db } from '../../db/idb'
import { migrateProfile } from '../../db/migrate'
import type { StateRow } from '../../db/moves'
import { Register } from '../../db/profiles'
import { ALL_STORES, PROFILE_STORES } from '../../db/schema'
import type { ChunkRow, EntryRow, ProfileRow } from '../../db/schema'
import { Store, StoreLocked } from '../../db/store'
import type { Entry } from '../../db/store'
import { codeHash } from '../../db/codes'
import { setCurrent } from '../../db/current'
import { household as homeOf, householdByCode, listLocked } from '../../db/queries'
import { fromBase64url, toBase64url } from '../canonical'
import { uuid7 } from '../ids'
import type { Change, Mutation, SealedMutation } from '../wire'
import { ARGON2ID, PBKDF2 } from '../../db/lock/kdf'
import { begin, noticed, reading } from '../../db/lock/lease'
import type { Lease, Reading } from '../../db/lock/lease'
import { pinFault } from '../../db/lock/pin'
import { begun, NO_TRIES, pauseAfter, TRIES, triesLeft, waitLeft } from '../../db/lock/tries'
import { changePin, lockFacts, makeLock, openPulled, openWithPin, putLock, readLock } from '../../db/lock/vault'
import type { LockRow } from '../../db/lock/vault'

const FAST = { name: 'pbkdf2', iterations: 1 } as const
const PIN = '274913'
const CANARY = '金丝雀在窗台上'
const HOUR = 3600_000
const NONE = { digest: false, households: false, items: false }

beforeEach(() => { vi.stubGlobal('indexedDB', new IDBFactory()) })

describe('tries', () => {
  it('four slips cost nothing, then each a little longer', () => {
    expect(Array.from({ length: TRIES }, (_, i) => pauseAfter(i + 1) / 1000)).toEqual([0, 0, 0, 0, 30, 60, 300, 900, 900, 0])
  })
  it('are counted down to none, and ten are all there are', () => {
    let tries = NO_TRIES
    for (let left = 9; left >= 0; left--) {
      tries = begun(tries, 0)
      expect(triesLeft(tries)).toBe(left)
    }
  })
  it('a pause ends by time, and a clock turned far back does not make it endless', () => {
    const fifth = [1, 2, 3, 4, 5].reduce((tries) => begun(tries, 1_000_000), NO_TRIES)
    expect(waitLeft(fifth, 1_010_000)).toBe(20_000)
    expect(waitLeft(fifth, 1_030_000)).toBe(0)
    expect(waitLeft(fifth, 0)).toBe(0)
  })
})

describe('the lease', () => {
  const at = 1_000_000 * HOUR
  it.each<[string, Lease | null, number, number, Reading]>([
    ['nothing was ever pulled', null, 72, at, 'open'],
    ['just pulled', begin(at), 72, at, 'open'],
    ['a minute before its end', begin(at), 72, at + 72 * HOUR - 60_000, 'open'],
    ['at its end', begin(at), 72, at + 72 * HOUR, 'locked'],
    ['a shorter one set by the server', begin(at), 24, at + 25 * HOUR, 'locked'],
    ['a longer one set by the server', begin(at), 336, at + 300 * HOUR, 'open'],
    ['a length nobody may set counts as 72 hours', begin(at), 100_000, at + 73 * HOUR, 'locked'],
    ['a day before the thirtieth after its end', begin(at), 72, at + 72 * HOUR + 29 * 24 * HOUR, 'locked'],
    ['thirty days after its end', begin(at), 72, at + 72 * HOUR + 30 * 24 * HOUR, 'gone'],
    ['the clock three years ahead', begin(at), 72, at + 3 * 365 * 24 * HOUR, 'gone'],
    ['the clock three years back', begin(at), 72, at - 3 * 365 * 24 * HOUR, 'locked'],
    ['the clock below the greatest time seen', { at, seen: at + 10 * HOUR }, 72, at + 5 * HOUR, 'locked'],
    ['the clock set right by a minute', { at, seen: at + 10 * HOUR }, 72, at + 10 * HOUR - 60_000, 'open'],
    ['gone stays gone when the clock is turned back', { at, seen: at + 800 * HOUR }, 72, at + HOUR, 'gone'],
  ])('%s', (_, lease, hours, wall, expected) => {
    expect(reading(lease, hours, wall)).toBe(expected)
  })
  it('is never open again by the clock alone, wherever it is turned', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 30 }), (jumps) => {
      let lease = begin(at)
      let over = false
      let wall = at
      for (const jump of jumps) {
        wall += jump * HOUR
        lease = noticed(lease, wall)
        if (lease.seen >= at + 72 * HOUR) over = true
        if (over) expect(reading(lease, 72, lease.seen)).not.toBe('open')
        if (wall < lease.seen - HOUR) expect(reading(lease, 72, wall)).not.toBe('open')
      }
    }))
  })
})

describe('a PIN', () => {
  it.each(['274913', '100200', '019283', '135790'])('%s will do', (pin) => expect(pinFault(pin)).toBeNull())
  it.each(['111111', '123456', '654321', '000000', '121212', '123123'])('%s is too easy', (pin) => expect(pinFault(pin)).toBe('easy'))
  it.each(['', '12345', '1234567', '12345a', '１２３４５６'])('%s is not six digits', (pin) => expect(pinFault(pin)).toBe('length'))
})

let serial = 0
async function locked(pin = PIN): Promise<{ db: Db; name: string; row: LockRow; own: CryptoKey }> {
  const name = `vault-${++serial}`
  const db = await Db.open(name, 0, PROFILE_STORES)
  const { row, own } = await makeLock('p', pin, FAST)
  await putLock(db, row)
  return { db, name, row, own }
}
const same = async (one: CryptoKey | null, other: CryptoKey): Promise<boolean> => {
  if (!one) return false
  const box = await new Boxer(one, 'x').put('s', 'i', 1, new Uint8Array([7]))
  return new Boxer(other, 'x').take('s', 'i', 1, box).then(() => true, () => false)
}

describe('the vault', () => {
  it('asks of a guess at least what the design asks', () => {
    expect(ARGON2ID).toEqual({ name: 'argon2id', memoryKiB: 47_104, passes: 1 })
    expect(PBKDF2.name === 'pbkdf2' && PBKDF2.iterations).toBeGreaterThanOrEqual(600_000)
  })

  it.each([['Argon2id', ARGON2ID], ['PBKDF2', PBKDF2]])('opens with the PIN and with no other (%s)', async (_, kdf) => {
    const { db } = await locked()
    const { row, own } = await makeLock('p', PIN, kdf)
    await putLock(db, row)
    expect(await openWithPin(db, 'p', '274914', 0)).toMatchObject({ own: null, facts: { kind: 'pin', triesLeft: 9 } })
    const opened = await openWithPin(db, 'p', PIN, 0)
    expect(await same(opened.own, own)).toBe(true)
    expect((await readLock(db))?.tries).toBe(0)
  }, 90_000)

  it('takes another PIN before the same key: what was boxed opens as before, and the old PIN opens nothing', async () => {
    const { db, own } = await locked()
    expect(await changePin(db, 'p', PIN, '602846', 0, FAST)).toBeNull()
    expect((await openWithPin(db, 'p', PIN, 0)).own).toBeNull()
    expect(await same((await openWithPin(db, 'p', '602846', 0)).own, own)).toBe(true)
  })

  it('changes nothing for a wrong PIN, and counts it', async () => {
    const { db, own } = await locked()
    expect(await changePin(db, 'p', '000001', '602846', 0, FAST)).toMatchObject({ triesLeft: 9 })
    expect((await openWithPin(db, 'p', '602846', 0)).own).toBeNull()
    expect(await same((await openWithPin(db, 'p', PIN, 0)).own, own)).toBe(true)
  })

  it('lets a lock stand that was made anew while the change was under way', async () => {
    const { db } = await locked()
    const other = await makeLock('p', '731905', FAST)
    const put = vi.spyOn(Boxer.prototype, 'put').mockImplementationOnce(async function (this: Boxer, ...asked) {
      await putLock(db, other.row)
      put.mockRestore()
      return this.put(...asked)
    })
    expect(await changePin(db, 'p', PIN, '602846', 0, FAST)).toMatchObject({ kind: 'pin' })
    expect(await same((await openWithPin(db, 'p', '731905', 0)).own, other.own)).toBe(true)
  })

  it('needs the key this browser never gives out: the PIN alone opens nothing', async () => {
    const { db, row } = await locked()
    const other = await makeLock('p', PIN, FAST)
    await putLock(db, { ...row, pepper: other.row.pepper })
    expect((await openWithPin(db, 'p', PIN, 0)).own).toBeNull()
  })

  it('holds no key that could be read out', async () => {
    const { row, own } = await locked()
    expect(own.extractable).toBe(false)
    expect(row.pepper.extractable).toBe(false)
    for (const value of [row.pin?.box, row.pulled?.box]) expect((value as ArrayBuffer).byteLength).toBe(32 + 16)
  })

  it('counts a try before it judges it, so that a page killed in between has used it', async () => {
    const { db } = await locked()
    const deriving = vi.spyOn(crypto.subtle, 'deriveBits').mockRejectedValue(new Error('killed'))
    await expect(openWithPin(db, 'p', '000001', 0)).rejects.toThrow('killed')
    deriving.mockRestore()
    expect((await readLock(db))?.tries).toBe(1)
  })

  it('takes no try during a pause', async () => {
    const { db } = await locked()
    for (let i = 0; i < 5; i++) await openWithPin(db, 'p', '000001', 1000)
    expect(await openWithPin(db, 'p', PIN, 1000)).toMatchObject({ own: null, facts: { triesLeft: 5, waitMs: 30_000 } })
    expect((await openWithPin(db, 'p', PIN, 40_000)).own).not.toBeNull()
  })

  it('is shut for good after ten, also for the right PIN', async () => {
    const { db } = await locked()
    for (let i = 0; i < TRIES; i++) await openWithPin(db, 'p', '000001', i * HOUR)
    expect(lockFacts(await readLock(db), 0).kind).toBe('dropped')
    expect((await openWithPin(db, 'p', PIN, 99 * HOUR)).own).toBeNull()
  })

})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a box', () => {
  it('never uses a starting value twice', async () => {
    const boxer = new Boxer(await Boxer.makeKey(), 'p')
    const seen = new Set<string>()
    for (let i = 0; i < 5_000; i++) seen.add(toBase64url((await boxer.put('s', 'i', 1, bytes('x'))).iv))
    expect(seen.size).toBe(5_000)
  }, 90_000)

  it('that was changed in any one byte, or moved elsewhere, does not open', async () => {
    const boxer = new Boxer(await Boxer.makeKey(), 'p')
    const box = await boxer.put('entries', 'a', 1, bytes(CANARY))
    for (let i = 0; i < box.box.byteLength; i++) {
      const changed = box.box.slice(0)
      new Uint8Array(changed)[i]! ^= 1
      await expect(boxer.take('entries', 'a', 1, { ...box, box: changed })).rejects.toThrow(BoxUnreadable)
    }
    for (const [store, id, version] of [['drafts', 'a', 1], ['entries', 'b', 1], ['entries', 'a', 2]] as const) {
      await expect(boxer.take(store, id, version, box)).rejects.toThrow(BoxUnreadable)
    }
  })
})

const KEY = toBase64url(new Uint8Array(32))
const home = (id: string, code: string): Change => ({
  entity: 'household', id, version: 1, op: 'put', household_id: id,
  row: { id, area_id: 'a', display_name: CANARY, address: CANARY, people: [], codes: [{ t: code, s: 's', g: 2, state: 'current' }] },
})
const area: Change = { entity: 'area', id: 'a', version: 1, op: 'put', row: { id: 'a', name: 'a', code_key: KEY, phone: '1' } }

function entry(): Entry {
  return {
    mutation_id: uuid7(Date.now()), type: 'visit.record', schema: 1, entity_id: uuid7(Date.now()), depends_on: [], payload: { opinion: CANARY },
    occurred_at_device: '2026-11-23T10:00:00.000Z', tz_offset: 480, clock: { boot_id: 'b', monotonic_ms: 1, offset_ms: null }, hash: 'x',
  }
}
const recorded = { undoUntil: 0, recordedAt: 1, draft: null }

async function sealKey(): Promise<{ key_id: string; public_key: string; suite: string }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
  return { key_id: 'k1', suite: 's', public_key: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) }
}
const isSealed = (one: Mutation | SealedMutation | undefined): one is SealedMutation => one !== undefined && 'sealed' in one

describe('a locked store', () => {
  it('reads nothing, records nothing, and hands in the sealed copy of what waits', async () => {
    const { name, own } = await locked()
    const open = await Store.open(name, 'p', own)
    const one = entry()
    await open.append(one, { ...recorded, seal: await sealKey() })
    await open.commit([{ op: 'rows', changes: [area, home('h1', 'x')] }, { op: 'meta', set: { cursor: 'c', lease: begin(0) } }], NONE)
    await open.saveDraft('d', { text: CANARY }, 'h1', 5)
    const shut = await Store.open(name, 'p', null)
    expect(await shut.load(1)).toMatchObject({ damaged: 0, items: [{ id: one.mutation_id }], meta: { cursor: 'c' } })
    expect(shut.replica.householdIds()).toEqual([])
    expect((await shut.entries(9))[0]?.entry).toBeNull()
    await expect(shut.loadDraft('d')).rejects.toThrow(StoreLocked)
    await expect(shut.append(entry(), { ...recorded, seal: null })).rejects.toThrow(StoreLocked)
    const [sent] = (await shut.mutations([one.mutation_id])).mutations
    expect(isSealed(sent) && sent).toMatchObject({ mutation_id: one.mutation_id, device_seq: 1, key_id: 'k1' })
    await shut.commit([{ op: 'archive', id: one.mutation_id, seq: 1, area: 'a', at: 1 }], NONE)
    const again = await Store.open(name, 'p', own)
    await again.load(1)
    expect(again.replica.householdIds()).toEqual(['h1'])
    expect(await again.loadDraft('d')).toMatchObject({ value: { text: CANARY } })
  })

  it('opens with the boxes it read ahead, and with newer ones where another tab wrote since', async () => {
    const { name, own } = await locked()
    const other = await Store.open(name, 'p', own)
    await other.commit([{ op: 'rows', changes: [area, home('h1', 'x')] }, { op: 'meta', set: { lease: begin(0) } }], NONE)
    const [first, second] = [await Store.open(name, 'p', null), await Store.open(name, 'p', null)]
    await Promise.all([first.load(1), second.load(1)])
    const opened = first.unlocked(own)
    await opened.load(2)
    expect(opened.replica.householdIds()).toEqual(['h1'])
    await other.commit([{ op: 'rows', changes: [home('h2', 'y')] }], NONE)
    const later = second.unlocked(own)
    await later.load(3)
    expect(later.replica.householdIds()).toEqual(['h1', 'h2'])
  })

  it('whose keys were dropped opens nothing ever again and still hands in what was recorded', async () => {
    const { name, own } = await locked()
    const open = await Store.open(name, 'p', own)
    const one = entry()
    await open.append(one, { ...recorded, seal: await sealKey() })
    await open.commit([{ op: 'rows', changes: [home('h1', 'x')] }], NONE)
    expect(await open.dropKeys(0, 0)).toBe(true)
    const db = await Db.open(name, 0, PROFILE_STORES)
    expect(await db.read(['chunks'], (tx) => tx.all('chunks'))).toEqual([])
    expect(lockFacts(await readLock(db), 0).kind).toBe('dropped')
    const { row, own: anew } = await makeLock('p', PIN, FAST)
    await putLock(db, row)
    const later = await Store.open(name, 'p', anew)
    await later.load(0)
    expect(isSealed((await later.mutations([one.mutation_id])).mutations[0])).toBe(true)
  })

  it('keeps its keys, behind a long pause, while an entry waits that was never sealed', async () => {
    const { name, own, db } = await locked()
    const open = await Store.open(name, 'p', own)
    const one = entry()
    await open.append(one, { ...recorded, seal: null })
    expect(await open.dropKeys(1000, 900_000)).toBe(false)
    expect(lockFacts(await readLock(db), 1000)).toMatchObject({ kind: 'pin', triesLeft: 1, waitMs: 900_000 })
    await open.sealLate(await sealKey())
    expect(await open.dropKeys(1000, 900_000)).toBe(true)
    expect(isSealed((await open.mutations([one.mutation_id])).mutations[0])).toBe(false)
    const shut = await Store.open(name, 'p', null)
    expect(isSealed((await shut.mutations([one.mutation_id])).mutations[0])).toBe(true)
  })
})

describe('after the lease', () => {
  async function leased(): Promise<{ name: string; own: CryptoKey; db: Db }> {
    const made = await locked()
    const open = await Store.open(made.name, 'p', made.own)
    await open.load(0)
    const changes = [area, home('h1', await codeHash(KEY, { kind: 'token', value: 'AbCdEfGhIjKlMnOpQrSt_-' }))]
    await open.commit([{ op: 'rows', changes }, { op: 'meta', set: { cursor: 'c', filled: true, lease: begin(0) } }], NONE)
    await open.append(entry(), { ...recorded, seal: await sealKey() })
    open.close()
    return made
  }

  it('no list is in memory, a scanned door is still one of mine, and a visit is recorded', async () => {
    const { name, own } = await leased()
    const store = await Store.open(name, 'p', own)
    await store.load(73 * HOUR)
    setCurrent(store)
    vi.stubGlobal('location', { host: 'linli.test' })
    expect(listLocked()).toBe(true)
    expect(store.replica.dump()).toEqual([])
    expect((await store.entries(9))[0]?.entry).toBeNull()
    expect(await householdByCode('https://linli.test/q/AbCdEfGhIjKlMnOpQrSt_-')).toMatchObject({ household: { id: 'h1', display_name: '' }, evidence: 'qr', generation: 2 })
    expect(await householdByCode('https://linli.test/q/zzCdEfGhIjKlMnOpQrSt_-')).toBeNull()
    expect(homeOf('h1')).toMatchObject({ display_name: '', address: '', people: [] })
    await store.append(entry(), { ...recorded, seal: null })
    expect((await store.outbox()).items).toHaveLength(2)
    setCurrent(null)
  })

  it('a page pulled gives everything back, the page itself included', async () => {
    const { name, own } = await leased()
    const store = await Store.open(name, 'p', own)
    await store.load(73 * HOUR)
    await store.commit([{ op: 'rows', changes: [home('h2', 'y')] }, { op: 'meta', set: { lease: begin(74 * HOUR) } }], NONE)
    expect(store.withheld).toBe(false)
    expect(store.replica.householdIds()).toEqual(['h1', 'h2'])
  })

  it('word that nothing is new gives everything back', async () => {
    const { name, own } = await leased()
    const store = await Store.open(name, 'p', own)
    await store.load(73 * HOUR)
    await store.commit([{ op: 'meta', set: { lease: begin(74 * HOUR) } }], NONE)
    expect(await store.watchLease(74 * HOUR)).toBe('turned')
    expect(store.replica.householdIds()).toEqual(['h1'])
  })

  it('ends while the page is open, and a clock turned back does not lengthen it', async () => {
    const { name, own } = await leased()
    const store = await Store.open(name, 'p', own)
    await store.load(HOUR)
    expect(await store.watchLease(71 * HOUR)).toBe('none')
    expect(await store.watchLease(HOUR)).toBe('turned')
    expect(store.replica.householdIds()).toEqual([])
    const later = await Store.open(name, 'p', own)
    await later.load(2 * HOUR)
    expect(later.withheld).toBe(true)
  })

  it('thirty days later the key of the lists is deleted: a copy of their boxes opens no more', async () => {
    const { name, own, db } = await leased()
    const chunks = await db.read(['chunks'], (tx) => tx.all<ChunkRow>('chunks'))
    const before = await readLock(db)
    const store = await Store.open(name, 'p', own)
    await store.load((72 + 31 * 24) * HOUR)
    expect((await readLock(db))?.pulled).toBeNull()
    expect(await db.read(['chunks'], (tx) => tx.all('chunks'))).toEqual([])
    await db.write(['chunks'], async (tx) => chunks.forEach((chunk) => tx.put('chunks', chunk)))
    const again = await Store.open(name, 'p', own)
    expect((await again.load()).damaged).toBe(chunks.length)
    const old = await openPulled(before?.pulled as NonNullable<LockRow['pulled']>, 'p', own)
    await expect(new Boxer(old, 'p').take('chunks', chunks[0]!.id, chunks[0]!.rev, chunks[0]!)).resolves.toBeDefined()
    expect((await again.outbox()).items).toHaveLength(1)
  })
})

describe('a profile from before there were PINs', () => {
  const golden = JSON.parse(readFileSync(new URL('../../../../tests/fixtures/outboxes/0.1.0.json', import.meta.url), 'utf8')) as {
    states: StateRow[]; key_id: string; entries: { mutation: Mutation; sealed: string }[]
  }

  async function old(): Promise<{ row: ProfileRow; register: Register }> {
    const register = await Register.open()
    const profile = await register.take('u1', '苏竹', 1)
    const data = await Boxer.makeKey()
    const boxer = new Boxer(data, profile.id)
    const name = `linli-${profile.id}-1`
    const db = await Db.open(name, 0, PROFILE_STORES)
    const boxed = await Promise.all(golden.entries.map(async ({ mutation, sealed }): Promise<EntryRow> => {
      const { device_seq: _seq, ...content } = mutation
      return { id: mutation.mutation_id, ...(await boxer.putJson('entries', mutation.mutation_id, 1, content)), sealKey: golden.key_id, sealed: fromBase64url(sealed) }
    }))
    const chunk = await boxer.putJson('chunks', 'household:1', 3, { entity: 'household', rows: [{ id: 'h1', version: 1, household: 'h1', row: { id: 'h1', display_name: CANARY } }] })
    const draft = await boxer.putJson('drafts', 'd', 5, { text: CANARY })
    const photo = await boxer.put('photos', 'ph', 1, bytes(CANARY))
    await db.write(ALL_STORES, async (tx) => {
      tx.put('keys', { id: 'data', key: data })
      golden.states.forEach((state) => tx.put('states', state))
      boxed.forEach((one) => tx.put('entries', one))
      tx.put('chunks', { id: 'household:1', rev: 3, ...chunk })
      tx.put('drafts', { id: 'd', household: 'h1', savedAt: 5, ...draft })
      tx.put('photos', { id: 'ph', draft: 'd', ...photo })
      tx.put('meta', { id: 'meta', rev: 3, cursor: 'c', filled: true, nextSeq: golden.states.length + 1, leaseHours: 72, lastContact: 1_000_000, clock: { offsetMs: 1000 } })
    })
    db.close()
    const rows = await Db.open('linli', 1, {})
    const now = await rows.read(['profiles'], (tx) => tx.get<ProfileRow>('profiles', profile.id)) as ProfileRow
    await rows.write(['profiles'], async (tx) => tx.put('profiles', { ...now, db: name, schema: 1 }))
    return { row: { ...now, db: name, schema: 1 }, register }
  }

  it('moves behind one with every entry, list, draft and photo, and its open key stays behind', async () => {
    const { row, register } = await old()
    const profile = { ...(await register.comeBack('u1', 2))!, isNew: false }
    const { row: lock, own } = await makeLock(row.id, PIN, FAST)
    const pulled = new Boxer(await openPulled(lock.pulled!, row.id, own), row.id)
    const moved = await register.putBehindPin(profile, { lock, own: new Boxer(own, row.id), pulled })
    expect(moved).toMatchObject({ schema: 2, db: `linli-${row.id}-2` })
    const db = await Db.open(moved.db, 0, PROFILE_STORES)
    expect((await db.read(['keys'], (tx) => tx.all<{ id: string }>('keys'))).map(({ id }) => id)).toEqual(['lock'])
    const store = await Store.open(moved.db, moved.id, own)
    const loaded = await store.load(1_000_000)
    expect(loaded).toMatchObject({ damaged: 0, meta: { cursor: 'c', lease: { at: 999_000 } } })
    const { mutations, unreadable } = await store.mutations(golden.states.map(({ id }) => id))
    expect(unreadable).toEqual([])
    expect(mutations).toEqual(golden.entries.map(({ mutation }) => mutation))
    expect(store.replica.householdIds()).toEqual(['h1'])
    expect(await store.loadDraft('d')).toMatchObject({ value: { text: CANARY } })
    expect(new TextDecoder().decode(await store.photoContent((await store.photos())[0]!))).toBe(CANARY)
    const shut = await Store.open(moved.db, moved.id, null)
    expect((await shut.mutations(golden.states.map(({ id }) => id))).mutations).toEqual(golden.entries.map(({ mutation, sealed }) => ({
      mutation_id: mutation.mutation_id, device_seq: mutation.device_seq, key_id: golden.key_id, sealed,
    })))
  })

  it('stays as it was when the phone dies on the way', async () => {
    const { row } = await old()
    const { row: lock, own } = await makeLock(row.id, PIN, FAST)
    const boxer = new Boxer(own, row.id)
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('gone', 'QuotaExceededError') })
    await expect(migrateProfile(row, 2, undefined, { lock, own: boxer, pulled: boxer })).rejects.toThrow()
    put.mockRestore()
    const db = await Db.open(row.db, 0, PROFILE_STORES)
    expect(await db.read(['entries'], (tx) => tx.all('entries'))).toHaveLength(golden.entries.length)
  })
})
