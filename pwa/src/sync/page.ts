/**
 * What this page of the app has open: whose profile, the sync that runs on its store, and who wants to know when
 * something of it moves. Memory only; a page that dies takes nothing along but this.
 */
import type { Channel } from './channel'
import { Listeners } from './listeners'
import type { Stamp } from './engine/events'
import { say } from './engine/say'
import { uuid7 } from './ids'
import type { Lock } from './lock'
import type { Line } from './line'
import type { Place } from './locking'
import type { Loop } from './loop'
import { CLOSED } from './status'
import type { Status } from './status'
import type { Uploads } from './uploads'
import type { Carrying } from './carrying'
import type { Access, Session } from './index'
import { refreshRecordedTasks } from '../db/queries'
import { Store } from '../db/store'
import type { EntryStore } from '../db/store'

/** Nothing may be read or recorded before a user's store is open. */
export class SyncNotOpen extends Error {
  override name = 'SyncNotOpen'
}

/** One random mark per page life, so that steady time is only compared within it. */
const bootId = crypto.randomUUID()

/** What runs on the store: everything when it is open, only the sending of sealed copies when it is locked. */
export interface Here {
  session: Session
  store: EntryStore
  line: Line
  loop: Loop
  uploads: Uploads
  carrying: Carrying | null
  channel: Channel
  lock: Lock
  stop: () => void
}
export type At = Place & { session: Session }

export const page = {
  /** Whose profile is in use; null in private mode, where nothing is kept. */
  place: null as At | null,
  here: null as Here | null,
  access: 'closed' as Access,
  /** This page lives in the practice village: nothing of anybody's on this phone is opened, counted, carried or handed over. */
  practice: false,
  persisted: 'unknown' as Status['persisted'],
  storageTight: false,
  status: CLOSED,
}
export const accessMoved = new Listeners<Access>()
export const statusMoved = new Listeners<Status>()
export const dataMoved = new Listeners<{ rows: boolean; records: boolean }>()
export const touched = new Listeners<void>()
/** A newer version has moved the store to a shape this page does not know. */
export const outrun = new Listeners<void>()
/** Forms that still hold what is not written yet. */
export const forms = new Set<() => Promise<unknown>>()

export function stamp(): Stamp {
  const wall = Date.now()
  return { wall, mono: performance.now(), bootId, rand: Math.random(), uuid: uuid7(wall) }
}

export function must(): Here {
  if (!page.here) throw new SyncNotOpen()
  return page.here
}

export function atPlace(): At {
  if (!page.place) throw new SyncNotOpen()
  return { ...page.place, db: shutStore()?.db }
}

/** The store behind the lock, of which sealed copies are sent. */
export function shutStore(): Store | null {
  const store = page.here?.store
  return store instanceof Store && store.locked ? store : null
}

export function setAccess(next: Access): void {
  if (page.access === next) return
  page.access = next
  accessMoved.tell(next)
}

export function showStatus(): void {
  const { here, persisted, storageTight } = page
  page.status = here
    ? say(here.loop.state, {
      wall: Date.now(), mono: performance.now(), bootId, photosWaiting: here.uploads.waiting, photosRefused: here.uploads.refused,
      persisted, storageTight, listLocked: here.store.withheld,
    })
    : CLOSED
  statusMoved.tell(page.status)
}

export async function changed(what: { rows: boolean; records: boolean }, fromHere: boolean): Promise<void> {
  if (fromHere) page.here?.channel.post({ kind: 'changed', ...what })
  await refreshRecordedTasks().catch(() => undefined)
  dataMoved.tell(what)
  page.here?.uploads.poke()
  page.here?.carrying?.poke(mayUpload())
}

export function mayUpload(): boolean {
  const state = page.here?.loop.state
  return state !== undefined && state.syncer && !state.sealedOnly && state.meta.deviceId !== null && !state.loginNeeded && state.failures === 0
}
