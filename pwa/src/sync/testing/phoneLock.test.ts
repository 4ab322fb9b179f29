// @vitest-environment node
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Boxer } from '../../db/box'
import { Db } from '../../db/idb'
import { dropKeys, lockFacts, makeLock, openWithPhone, openWithPin, putLock, readLock, toPhone, toPin } from '../../db/lock/vault'
import { PROFILE_STORES } from '../../db/schema'

const FAST = { name: 'pbkdf2', iterations: 1 } as const
const PIN = '274913'
const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n)
const MADE = { credential: bytes(1), salt: bytes(2), secret: bytes(3) }

beforeEach(() => { vi.stubGlobal('indexedDB', new IDBFactory()) })

async function locked(): Promise<{ db: Db; own: CryptoKey }> {
  const db = await Db.open('vault', 0, PROFILE_STORES)
  const { row, own } = await makeLock('p', PIN, FAST)
  await putLock(db, row)
  return { db, own }
}
async function byPhone(): Promise<{ db: Db; own: CryptoKey }> {
  const one = await locked()
  expect(await toPhone(one.db, 'p', PIN, MADE, 0)).toBeNull()
  return one
}
async function same(one: CryptoKey | null, other: CryptoKey): Promise<boolean> {
  if (!one) return false
  const box = await new Boxer(one, 'x').put('s', 'i', 1, new Uint8Array([7]))
  return new Boxer(other, 'x').take('s', 'i', 1, box).then(() => true, () => false)
}

describe("the phone's own lock", () => {
  it('opens the same keys with its secret and with no other', async () => {
    const { db, own } = await byPhone()
    expect(await same(await openWithPhone(db, 'p', MADE.secret), own)).toBe(true)
    expect(await openWithPhone(db, 'p', bytes(4))).toBeNull()
  })

  it('says what to ask the phone for', async () => {
    const { db } = await byPhone()
    expect(lockFacts(await readLock(db), 0)).toMatchObject({ kind: 'phone', phone: { credential: MADE.credential, salt: MADE.salt } })
  })

  it('leaves nothing on the phone that six digits open: a copied profile has nothing to be tried out', async () => {
    const { db } = await byPhone()
    expect((await readLock(db))?.pin).toBeNull()
    expect(await openWithPin(db, 'p', PIN, 0)).toMatchObject({ own: null, facts: { kind: 'phone' } })
    expect((await readLock(db))?.tries).toBe(0)
  })

  it('keeps its secret nowhere', async () => {
    const { db } = await byPhone()
    const row = await readLock(db)
    expect(JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? [...value].join() : value))).not.toContain([...MADE.secret].join())
  })

  it('needs the key this browser never gives out, too', async () => {
    const { db } = await byPhone()
    const row = (await readLock(db))!
    await putLock(db, { ...row, pepper: (await makeLock('p', PIN, FAST)).row.pepper })
    expect(await openWithPhone(db, 'p', MADE.secret)).toBeNull()
  })

  it('takes the place of the PIN for nobody who does not know it', async () => {
    const { db, own } = await locked()
    expect(await toPhone(db, 'p', '000001', MADE, 0)).toMatchObject({ kind: 'pin', triesLeft: 9 })
    expect(await openWithPhone(db, 'p', MADE.secret)).toBeNull()
    expect(await same((await openWithPin(db, 'p', PIN, 0)).own, own)).toBe(true)
  })

  it('gives way to new digits, and opens nothing after them', async () => {
    const { db, own } = await byPhone()
    expect(await toPin(db, 'p', bytes(4), '602846', FAST)).toBe(false)
    expect(await toPin(db, 'p', MADE.secret, '602846', FAST)).toBe(true)
    expect(await same((await openWithPin(db, 'p', '602846', 0)).own, own)).toBe(true)
    expect(await openWithPhone(db, 'p', MADE.secret)).toBeNull()
  })

  it('goes with all keys when they are dropped', async () => {
    const { db } = await byPhone()
    await db.write(['keys'], dropKeys)
    expect(lockFacts(await readLock(db), 0).kind).toBe('dropped')
    expect(await openWithPhone(db, 'p', MADE.secret)).toBeNull()
  })
})
