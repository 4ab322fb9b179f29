/**
 * Who has used this browser: one register that names each person's own database. It can say
 * how many entries of somebody wait, and nothing else about them.
 */
import { Boxer } from './box'
import { Db, deleteDb } from './idb'
import { MIGRATIONS, migrateProfile } from './migrate'
import type { Rekey } from './migrate'
import { dropSent } from './sent'
import { PROFILE_STORES, REGISTER, REGISTER_STORES, SCHEMA, WITH_PIN } from './schema'
import type { KeyRow, ProfileRow } from './schema'
import type { StateRow } from './moves'
import { isQuiet } from '../sync/wire'
import type { Uuid } from '../sync/wire'

export interface Profile {
  id: string
  db: string
  userId: Uuid
  userName: string
  loggedIn: boolean
  /** The browser's log-in is theirs; somebody else's must never speak for them. */
  holder: boolean
  schema: number
  committeePhone: string | null
  isNew: boolean
}

/** One of the people of this phone, as the lock screen may show them. */
export interface Resident {
  userId: Uuid
  userName: string
  waiting: number
  loggedIn: boolean
}

export class Register {
  private constructor(private readonly db: Db, private readonly boxer: Boxer) {}

  static async open(): Promise<Register> {
    const db = await Db.open(REGISTER, 1, REGISTER_STORES)
    // A start waits for this: only the very first one has something to write.
    const made = await db.read(['keys'], (tx) => tx.get<KeyRow>('keys', 'data'))
    if (made) return new Register(db, new Boxer(made.key, 'register'))
    const fresh = await Boxer.makeKey()
    const key = await db.write(['keys'], async (tx) => {
      const row = await tx.get<KeyRow>('keys', 'data')
      if (row) return row.key
      tx.put('keys', { id: 'data', key: fresh })
      return fresh
    })
    return new Register(db, new Boxer(key, 'register'))
  }

  private async read(row: ProfileRow): Promise<Profile> {
    const userName = await this.boxer.takeJson<string>('profiles', row.id, 1, row.name).catch(() => '')
    return {
      id: row.id, db: row.db, userId: row.userId, userName, loggedIn: row.loggedIn, holder: row.holder ?? row.loggedIn,
      schema: row.schema, committeePhone: row.committeePhone ?? null, isNew: false,
    }
  }

  private rows(): Promise<ProfileRow[]> {
    return this.db.read(['profiles'], (tx) => tx.all<ProfileRow>('profiles'))
  }

  async lastLoggedIn(): Promise<Profile | null> {
    const rows = (await this.rows()).filter((row) => row.loggedIn).sort((a, b) => b.usedAt - a.usedAt)
    return rows[0] ? this.read(rows[0]) : null
  }

  /** This user's profile, made when there is none; the browser's log-in is theirs from now on. */
  async take(userId: Uuid, userName: string, now: number): Promise<Profile> {
    const id = crypto.randomUUID()
    const name = (profile: string): ReturnType<Boxer['putJson']> => this.boxer.putJson('profiles', profile, 1, userName)
    const existing = (await this.rows()).find((row) => row.userId === userId)
    const box = await name(existing?.id ?? id)
    const row = await this.db.write(['profiles'], async (tx) => {
      const rows = await tx.all<ProfileRow>('profiles')
      for (const other of rows) {
        // Behind a PIN of their own they stay; without one nobody else may open what is theirs.
        if (other.userId !== userId && other.loggedIn) tx.put('profiles', { ...other, holder: false, loggedIn: other.schema >= WITH_PIN })
      }
      const mine = rows.find((one) => one.userId === userId)
      const next: ProfileRow = mine
        ? { ...mine, loggedIn: true, holder: true, usedAt: now, ...(mine.id === existing?.id && userName ? { name: box } : {}) }
        : { id, db: `linli-${id}-${SCHEMA}`, schema: SCHEMA, userId, name: box, loggedIn: true, holder: true, usedAt: now }
      tx.put('profiles', next)
      return { ...next, isNew: !mine }
    })
    return { ...(await this.read(row)), isNew: row.isNew }
  }

  /** Somebody of this phone comes back by their PIN; whose log-in it is does not change. */
  async comeBack(userId: Uuid, now: number): Promise<Profile | null> {
    const mine = (await this.rows()).find((one) => one.userId === userId && one.loggedIn)
    if (!mine) return null
    // Who was here last is written beside: nobody waits for it.
    void this.db.write(['profiles'], async (tx) => {
      const row = await tx.get<ProfileRow>('profiles', mine.id)
      if (row) tx.put('profiles', { ...row, usedAt: now })
    }).catch(() => undefined)
    return this.read(mine)
  }

  /** Moves a profile made before there were PINs into a store whose key only the PIN gives. */
  async putBehindPin(profile: Profile, rekey: Rekey): Promise<Profile> {
    const row = (await this.rows()).find((one) => one.id === profile.id)
    if (!row) throw new Error('no such profile')
    const moved = await migrateProfile(row, SCHEMA, MIGRATIONS, rekey)
    await this.db.write(['profiles'], async (tx) => tx.put('profiles', moved))
    await deleteDb(row.db).catch(() => undefined)
    return { ...(await this.read(moved)), isNew: profile.isNew }
  }

  async note(id: string, committeePhone: string | null): Promise<void> {
    await this.db.write(['profiles'], async (tx) => {
      const row = await tx.get<ProfileRow>('profiles', id)
      if (row && row.committeePhone !== committeePhone) tx.put('profiles', { ...row, committeePhone })
    })
  }

  async logOut(id: string): Promise<void> {
    await this.db.write(['profiles'], async (tx) => {
      const row = await tx.get<ProfileRow>('profiles', id)
      if (row) tx.put('profiles', { ...row, loggedIn: false, holder: false })
    })
  }

  async forget(profile: Profile): Promise<void> {
    await deleteDb(profile.db)
    await dropSent(profile.id).catch(() => undefined)
    await this.db.write(['profiles'], async (tx) => tx.remove('profiles', profile.id))
  }

  /** Everybody of this phone, last used first: a name and how many entries wait, nothing else. */
  async people(): Promise<Resident[]> {
    const found: Resident[] = []
    for (const row of (await this.rows()).sort((one, two) => two.usedAt - one.usedAt)) {
      const db = await Db.open(row.db, 0, PROFILE_STORES)
      const states = await db.read(['states'], (tx) => tx.all<StateRow>('states'))
      db.close()
      const waiting = states.filter((state) => state.place === 'waiting' && !isQuiet(state.type)).length
      found.push({ userId: row.userId, userName: (await this.read(row)).userName, waiting, loggedIn: row.loggedIn })
    }
    return found
  }

  close(): void {
    this.db.close()
  }
}
