/**
 * Who has used this browser: one register that names each person's own database. It can say
 * how many entries of somebody wait, and nothing else about them.
 */
import { Boxer } from './box'
import { Db, deleteDb } from './idb'
import { migrateProfile } from './migrate'
import { PROFILE_STORES, REGISTER, REGISTER_STORES, SCHEMA } from './schema'
import type { KeyRow, ProfileRow } from './schema'
import type { StateRow } from './moves'
import type { Uuid } from '../sync/wire'

export interface Profile {
  id: string
  db: string
  userId: Uuid
  userName: string
  loggedIn: boolean
  isNew: boolean
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
    return { id: row.id, db: row.db, userId: row.userId, userName, loggedIn: row.loggedIn, isNew: false }
  }

  private rows(): Promise<ProfileRow[]> {
    return this.db.read(['profiles'], (tx) => tx.all<ProfileRow>('profiles'))
  }

  async lastLoggedIn(): Promise<Profile | null> {
    const rows = (await this.rows()).filter((row) => row.loggedIn).sort((a, b) => b.usedAt - a.usedAt)
    return rows[0] ? this.read(rows[0]) : null
  }

  /** This user's profile, made when there is none; everybody else is logged out here. */
  async take(userId: Uuid, userName: string, now: number): Promise<Profile> {
    const id = crypto.randomUUID()
    const name = (profile: string): ReturnType<Boxer['putJson']> => this.boxer.putJson('profiles', profile, 1, userName)
    const existing = (await this.rows()).find((row) => row.userId === userId)
    const box = await name(existing?.id ?? id)
    const row = await this.db.write(['profiles'], async (tx) => {
      const rows = await tx.all<ProfileRow>('profiles')
      for (const other of rows) if (other.userId !== userId && other.loggedIn) tx.put('profiles', { ...other, loggedIn: false })
      const mine = rows.find((one) => one.userId === userId)
      const next: ProfileRow = mine
        ? { ...mine, loggedIn: true, usedAt: now, ...(mine.id === existing?.id && userName ? { name: box } : {}) }
        : { id, db: `linli-${id}-${SCHEMA}`, schema: SCHEMA, userId, name: box, loggedIn: true, usedAt: now }
      tx.put('profiles', next)
      return { ...next, isNew: !mine }
    })
    if (row.schema !== SCHEMA) {
      const { isNew: _isNew, ...plain } = row
      const moved = await migrateProfile(plain, SCHEMA)
      await this.db.write(['profiles'], async (tx) => tx.put('profiles', moved))
      await deleteDb(row.db).catch(() => undefined)
      return { ...(await this.read(moved)), isNew: row.isNew }
    }
    return { ...(await this.read(row)), isNew: row.isNew }
  }

  async logOut(id: string): Promise<void> {
    await this.db.write(['profiles'], async (tx) => {
      const row = await tx.get<ProfileRow>('profiles', id)
      if (row) tx.put('profiles', { ...row, loggedIn: false })
    })
  }

  async forget(profile: Profile): Promise<void> {
    await deleteDb(profile.db)
    await this.db.write(['profiles'], async (tx) => tx.remove('profiles', profile.id))
  }

  /** Names and counts of the others, for "N entries of NAME wait here". */
  async others(userId: Uuid | null): Promise<{ userName: string; waiting: number }[]> {
    const found = []
    for (const row of await this.rows()) {
      if (row.userId === userId) continue
      const db = await Db.open(row.db, 0, PROFILE_STORES)
      const states = await db.read(['states'], (tx) => tx.all<StateRow>('states'))
      db.close()
      const waiting = states.filter((state) => state.place === 'waiting').length
      if (waiting > 0) found.push({ userName: (await this.read(row)).userName, waiting })
    }
    return found
  }

  close(): void {
    this.db.close()
  }
}
