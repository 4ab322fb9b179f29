/**
 * The one object the app talks to: who is here, and what may be done. What runs behind it is in `running`, what is
 * recorded in `recording`, the lock in `unlocking`, sealed files in `handing`.
 */
import { handing } from './handing'
import type { OpenResult, Session, SyncDoor } from './index'
import { factsOf } from './locking'
import { accessMoved, dataMoved, forms, mayUpload, must, outrun, page, setAccess, statusMoved, SyncNotOpen, touched } from './page'
import { placeOf, withRegister } from './people'
import { recording } from './recording'
import { close, openStore, outdated, start, wipe } from './running'
import { unlocking } from './unlocking'
import { NoStorage } from '../db/idb'
import { MemoryStore } from '../db/memory'
import { forgetPractice, openPractice, PRACTICE } from '../db/practice'
import { SCHEMA, WITH_PIN } from '../db/schema'

const PRACTISING: Session = { userId: PRACTICE, userName: '', appVersion: 'practice', token: () => PRACTICE, setToken: () => undefined, refresh: async () => 'ok' }
let opening: Promise<OpenResult> | null = null

async function openOnce(session: Session): Promise<OpenResult> {
  if (page.practice) throw new SyncNotOpen()
  if ((page.place?.session ?? page.here?.session)?.userId === session.userId) {
    door.sessionRenewed()
    return { device: 'known', durable: page.place !== null, access: page.access }
  }
  if (page.place || page.here) await close()
  const found = await placeOf(session)
  if (!found) {
    await start(session, null, await MemoryStore.open())
    setAccess('open')
    return { device: 'new', durable: false, access: page.access }
  }
  const { profile } = found
  // A newer version has moved it to a shape this page does not know.
  if (profile.schema > SCHEMA) throw outdated()
  page.place = { ...found, session }
  const store = profile.schema < WITH_PIN ? null : await openStore(page.place, null)
  const { kind } = store ? await factsOf({ ...page.place, db: store.db }) : { kind: 'none' as const }
  let enrolled = false
  // Locked it still hands in sealed copies; before there is a PIN nothing is read or sent.
  if (kind === 'none' || !store) store?.close()
  else enrolled = (await start(session, page.place, store)).meta.deviceId !== null
  setAccess(kind === 'none' ? 'choose' : kind === 'dropped' ? 'dropped' : 'locked')
  return { device: profile.isNew ? 'new' : enrolled ? 'known' : 'unenrolled', durable: true, access: page.access }
}

export const door: SyncDoor = {
  ...unlocking,
  ...recording,
  ...handing,

  async rememberedUser() {
    return withRegister(async (register) => {
      const profile = await register.lastLoggedIn()
      return profile && { userId: profile.userId, userName: profile.userName, holder: profile.holder, committeePhone: profile.committeePhone }
    })
  },

  open(session) {
    const next = (opening ?? Promise.resolve()).catch(() => undefined).then(() => openOnce(session))
    opening = next
    return next
  },

  async practise(line) {
    await close()
    page.practice = true
    const store = await openPractice(() => void close()).catch((error: unknown) => {
      if (error instanceof NoStorage) return MemoryStore.open()
      throw error
    })
    await start(PRACTISING, null, store, line)
    setAccess('open')
  },

  async practiseAnew() {
    await close()
    await forgetPractice()
  },

  connected: () => page.here?.line.connected?.() ?? navigator.onLine,

  close,

  onAccess: accessMoved.add,

  beforeLock(listener) {
    forms.add(listener)
    return () => void forms.delete(listener)
  },

  onOutdated: outrun.add,

  touched() {
    page.here?.channel.post({ kind: 'touched' })
  },

  onTouched: touched.add,

  async logOut() {
    const { store, channel } = must()
    await store.forgetPulled()
    if (page.place) await page.place.register.logOut(page.place.profile.id)
    channel.post({ kind: 'closed' })
    await close()
  },

  wipe: (evenWaiting = false) => wipe(evenWaiting),

  syncNow() {
    page.here?.loop.tell({ type: 'trigger', why: 'button' })
    page.here?.carrying?.poke(mayUpload(), true)
    page.here?.uploads.poke(true)
  },

  sessionRenewed() {
    page.here?.loop.tell({ type: 'session_renewed' })
    if (!page.place || page.place.profile.holder) return
    const { session, register, profile } = page.place
    page.place.profile = { ...profile, holder: true }
    void register.take(session.userId, session.userName, Date.now()).catch(() => undefined)
  },

  async leftBehindSeen() {
    const { store, loop } = must()
    await store.commit([{ op: 'meta', set: { leftBehind: null } }], { digest: false, households: false, items: false, anyTab: true })
    loop.tell({ type: 'left_behind_seen' })
  },

  status: () => page.status,

  onStatus: statusMoved.add,

  onChange: dataMoved.add,

  async otherUsers() {
    const mine = (page.place?.session ?? page.here?.session)?.userId
    return (await door.people()).filter((one) => one.userId !== mine && one.waiting > 0)
  },

  async people() {
    return page.practice ? [] : (await withRegister((register) => register.people())) ?? []
  },
}
