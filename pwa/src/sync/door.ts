/**
 * Joins engine, store and transport into the one object the app talks to, and keeps the
 * triggers that make a phone send: start, network back, page shown, timer, button.
 */
import { sha256Hex } from './canonical'
import { openChannel } from './channel'
import type { Channel } from './channel'
import type { Stamp } from './engine/events'
import { say } from './engine/say'
import { uuid7 } from './ids'
import { keepLock } from './lock'
import type { Lock } from './lock'
import { Loop } from './loop'
import type { Line } from './line'
import { makeEntry } from './record'
import { CLOSED } from './status'
import type { Status } from './status'
import { Transport } from './transport'
import { Uploads } from './uploads'
import { whenIdle } from '../device/idle'
import { setCurrent } from '../db/current'
import { NoStorage, StoreTakenOver } from '../db/idb'
import { MemoryStore } from '../db/memory'
import { forgetPractice, openPractice, PRACTICE } from '../db/practice'
import { Register } from '../db/profiles'
import { SCHEMA, WITH_PIN } from '../db/schema'
import { refreshRecordedTasks } from '../db/queries'
import { keepReserve } from '../db/reserve'
import { prepareSeal, takeAhead } from '../db/seal'
import { Store } from '../db/store'
import type { EntryStore, Loaded } from '../db/store'
import { dropRefused, keepCarried } from '../db/carried'
import { NotACarriedFile, readCarried } from '../db/carriedFile'
import { handover } from '../db/handover'
import { carriedNow, Carrying } from './carrying'
import { sealedFiles } from './courier'
import { changedPin, factsOf, newPin, openedByPhone, phoneForPin, pinForPhone, tryPin } from './locking'
import type { LockFacts } from '../db/lock/vault'
import type { Place } from './locking'
import { isQuiet } from './wire'
import type { Access, OpenResult, Session, SyncDoor } from './index'

/** Nothing may be read or recorded before a user's store is open. */
export class SyncNotOpen extends Error {
  override name = 'SyncNotOpen'
}

/** One random mark per page life, so that steady time is only compared within it. */
const bootId = crypto.randomUUID()

interface Here {
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

/** Whose profile is in use; null in private mode, where nothing is kept. */
let place: (Place & { session: Session }) | null = null
/** What runs on its store: everything when it is open, only the sending of sealed copies when it is locked. */
let here: Here | null = null
let access: Access = 'closed'
const accessListeners = new Set<(access: Access) => void>()
const lockListeners = new Set<() => Promise<unknown>>()
const outdatedListeners = new Set<() => void>()
let opening: Promise<OpenResult> | null = null
/** This page lives in the practice village: nothing of anybody's on this phone is opened, counted, carried or handed over. */
let practice = false
const PRACTISING: Session = { userId: PRACTICE, userName: '', appVersion: 'practice', token: () => PRACTICE, setToken: () => undefined, refresh: async () => 'ok' }
let persisted: Status['persisted'] = 'unknown'
let storageTight = false
let shown: Status = CLOSED
const LEASE_LOOK_MS = 60_000
const touchListeners = new Set<() => void>()
const statusListeners = new Set<(status: Status) => void>()
const changeListeners = new Set<(what: { rows: boolean; records: boolean }) => void>()

function stamp(): Stamp {
  const wall = Date.now()
  return { wall, mono: performance.now(), bootId, rand: Math.random(), uuid: uuid7(wall) }
}

function must(): Here {
  if (!here) throw new SyncNotOpen()
  return here
}

function atPlace(): Place & { session: Session } {
  if (!place) throw new SyncNotOpen()
  return { ...place, db: shutStore()?.db }
}

/** The store behind the lock, of which sealed copies are sent. */
function shutStore(): Store | null {
  return here?.store instanceof Store && here.store.locked ? here.store : null
}

/** The keys leave this page's memory, and every other tab's; what waits goes on being sent as sealed copies. */
async function shutNow(at: Place & { session: Session }, next: 'locked' | 'dropped'): Promise<void> {
  setAccess(next)
  here?.channel.post({ kind: 'locked' })
  await halt()
  await start(at.session, at, await openStore(at, null))
}

async function refused(at: Place & { session: Session }, facts: LockFacts): Promise<LockFacts> {
  if (facts.kind === 'dropped') await shutNow(at, 'dropped')
  return facts
}

function setAccess(next: Access): void {
  if (access === next) return
  access = next
  for (const listener of accessListeners) listener(next)
}

function showStatus(): void {
  shown = here
    ? say(here.loop.state, {
      wall: Date.now(), mono: performance.now(), bootId, photosWaiting: here.uploads.waiting, photosRefused: here.uploads.refused,
      persisted, storageTight, listLocked: here.store.withheld,
    })
    : CLOSED
  for (const listener of statusListeners) listener(shown)
}

/** After each word from the server: what is carried for neighbours may go too. */
let heardAt: number | null = null
let could = false
function moved(): void {
  const contact = here?.loop.state.meta.lastContact ?? null
  if (contact !== heardAt) here?.carrying?.poke(mayUpload())
  heardAt = contact
  // The line is back, or this tab is the sender now: photos need not wait for their own time.
  const can = mayUpload()
  if (can && !could) here?.uploads.poke(true)
  could = can
  showStatus()
}

async function changed(what: { rows: boolean; records: boolean }, fromHere: boolean): Promise<void> {
  if (fromHere) here?.channel.post({ kind: 'changed', ...what })
  await refreshRecordedTasks().catch(() => undefined)
  for (const listener of changeListeners) listener(what)
  here?.uploads.poke()
  here?.carrying?.poke(mayUpload())
}

function mayUpload(): boolean {
  const state = here?.loop.state
  return state !== undefined && state.syncer && !state.sealedOnly && state.meta.deviceId !== null && !state.loginNeeded && state.failures === 0
}

/** Opened once; a start asks it several times. */
let register: Promise<Register> | null = null
function theRegister(): Promise<Register> {
  register ??= Register.open().catch((error: unknown) => { register = null; throw error })
  return register
}

/** The database of whoever was here last, for handing over without opening it. */
async function lastDatabase(): Promise<string | undefined> {
  return (await (await theRegister()).lastLoggedIn())?.db
}

async function placeOf(session: Session): Promise<Place | null> {
  try {
    const register = await theRegister()
    const back = session.returning ? await register.comeBack(session.userId, Date.now()) : null
    return { register, profile: back ?? (await register.take(session.userId, session.userName, Date.now())) }
  } catch (error) {
    if (!(error instanceof NoStorage)) throw error
    return null
  }
}

async function openOnce(session: Session): Promise<OpenResult> {
  if (practice) throw new SyncNotOpen()
  if ((place?.session ?? here?.session)?.userId === session.userId) {
    door.sessionRenewed()
    return { device: 'known', durable: place !== null, access }
  }
  if (place || here) await door.close()
  const found = await placeOf(session)
  if (!found) {
    await start(session, null, await MemoryStore.open())
    setAccess('open')
    return { device: 'new', durable: false, access }
  }
  const { profile } = found
  // A newer version has moved it to a shape this page does not know.
  if (profile.schema > SCHEMA) throw outdated()
  place = { ...found, session }
  const store = profile.schema < WITH_PIN ? null : await openStore(place, null)
  const { kind } = store ? await factsOf({ ...place, db: store.db }) : { kind: 'none' as const }
  let enrolled = false
  // Locked it still hands in sealed copies; before there is a PIN nothing is read or sent.
  if (kind === 'none' || !store) store?.close()
  else enrolled = (await start(session, place, store)).meta.deviceId !== null
  setAccess(kind === 'none' ? 'choose' : kind === 'dropped' ? 'dropped' : 'locked')
  return { device: profile.isNew ? 'new' : enrolled ? 'known' : 'unenrolled', durable: true, access }
}

function openStore(at: Place, own: CryptoKey | null): Promise<Store> {
  return Store.open(at.profile.db, at.profile.id, own, giveWay)
}

/** A newer version of the app moves this store, or somebody deletes it: a form writes what it still holds, then this page is done with it. */
async function giveWay(replaced: boolean): Promise<void> {
  await flushForms()
  if (replaced) outdated()
  await door.close()
}

function outdated(): StoreTakenOver {
  for (const listener of outdatedListeners) listener()
  return new StoreTakenOver()
}

function flushForms(): Promise<unknown> {
  return Promise.allSettled([...lockListeners].map((listener) => listener()))
}

/** Runs sync on a store: with its own key everything, without it the sealed copies alone. */
async function start(session: Session, at: Place | null, store: EntryStore, line: Line = new Transport(session, store.device.privateKey)): Promise<Loaded> {
  const loaded = await store.load(Date.now())
  setCurrent(store)
  const channel = openChannel(at?.profile.id ?? session.userId)
  const uploads = new Uploads({
    store, line, may: mayUpload, moved: showStatus, loggedOut: () => loop.tell({ type: 'trigger', why: 'online' }),
  })
  const carrying = line.courier ? new Carrying((text) => line.courier!(text), () => void changed({ rows: false, records: true }, true)) : null
  const loop = new Loop({
    store, line, stamp, appVersion: session.appVersion, label: phoneLabel(),
    refresh: (proof) => session.refresh(proof),
    changed: (what) => void changed(what, true),
    moved: () => { if (store.withheld) void watchLease(); moved() },
    wipe: () => void door.wipe(true).then(() => session.cleared?.()),
    noRoom: () => { storageTight = true },
    killWorker: () => void killWorker(),
  })
  const stop = listen(loop, channel, store)
  const lock = at ? keepLock(`linli-sync-${at.profile.id}`, channel, sender(loop, store)) : { release: () => undefined }
  here = { session, store, line, loop, uploads, carrying, channel, lock, stop }
  loop.tell({ type: 'loaded', ...loaded, sealedOnly: store.locked })
  if (!at) loop.tell({ type: 'lock', held: true })
  await refreshRecordedTasks().catch(() => undefined)
  uploads.poke()
  whenIdle(() => {
    if (store.locked || here?.store !== store) return
    if (!practice) void askToPersist()
    sealSoon()
    const { seal } = loop.state.meta
    if (seal) void store.sealLate(seal).catch(() => undefined)
  })
  showStatus()
  return loaded
}

/**
 * What lies in the store, for a memory that another tab has outrun. The outbox is read last and by itself: the lists take
 * long enough to open for something to be recorded here meanwhile, which would be forgotten until the next start.
 */
async function readAnew(store: EntryStore): Promise<Loaded> {
  const loaded = await store.load(Date.now())
  const { items, nextSeq } = await store.outbox()
  return { ...loaded, items, meta: { ...loaded.meta, nextSeq } }
}

/** Becoming the sender, or no longer being it; after another tab was it, what lies in the store is read first, when nothing of the other's can change it any more. */
function sender(loop: Loop, store: EntryStore): (held: boolean, waited: boolean) => void {
  let turn = 0
  return (held, waited) => {
    const mine = ++turn
    if (!held) return loop.tell({ type: 'lock', held })
    store.takeOver().then(() => (waited ? readAnew(store) : null)).catch(() => null).then((now) => {
      if (mine === turn) loop.tell({ type: 'lock', held, ...(now ? { now } : {}) })
    })
  }
}

/** The profile's own key is here: everything opens. */
async function enter(own: CryptoKey): Promise<void> {
  const at = atPlace()
  const store = shutStore()?.unlocked(own) ?? (await openStore(at, own))
  await halt(store)
  await start(at.session, at, store)
  setAccess('open')
  noteCommittee()
}

/** Stops what runs; memory forgets the key and everything it opened. What goes on with `next` keeps its connection. */
async function halt(next: Store | null = null): Promise<void> {
  const was = here
  if (!was) return
  here = null
  setCurrent(null)
  was.loop.stop()
  was.uploads.stop()
  was.carrying?.stop()
  was.stop()
  was.lock.release()
  was.channel.close()
  if (!next || !(was.store instanceof Store) || was.store.db !== next.db) was.store.close()
  await refreshRecordedTasks()
  if (!next) showStatus()
}

function noteCommittee(): void {
  const phone = here?.store.replica.rows('area')[0]?.phone
  if (place && phone !== undefined) void place.register.note(place.profile.id, phone).catch(() => undefined)
}

/** The lists cease to be readable by time alone, and are given back when the server has spoken. */
let watching: Promise<void> | null = null
function watchLease(): Promise<void> {
  watching ??= (async () => {
    const move = await here?.store.watchLease(Date.now())
    if (move === 'dropped') here?.loop.tell({ type: 'lists_dropped' })
    if (move && move !== 'none') await changed({ rows: true, records: true }, false)
    showStatus()
  })().catch(() => undefined).finally(() => { watching = null })
  return watching
}

/** What makes a phone try again. Background sync is not among them: half the browsers have none. */
function listen(loop: Loop, channel: Channel, store: EntryStore): () => void {
  const online = (): void => loop.tell({ type: 'trigger', why: 'online' })
  const visible = (): void => {
    if (document.visibilityState !== 'visible') return
    loop.tell({ type: 'trigger', why: 'visible' })
    void watchLease()
  }
  const lease = setInterval(() => void watchLease(), LEASE_LOOK_MS)
  addEventListener('online', online)
  document.addEventListener('visibilitychange', visible)
  const stopChannel = channel.listen((message) => {
    if (message.kind === 'closed') void door.close()
    else if (message.kind === 'locked') void door.lock()
    else if (message.kind === 'touched') for (const listener of touchListeners) listener()
    else if (message.kind === 'recorded') {
      void store.outbox().then(({ items, nextSeq }) => {
        loop.tell({ type: 'outbox', items, nextSeq })
        void changed({ rows: false, records: true }, false)
      })
    } else if (message.kind === 'changed') {
      void readAnew(store).then((loaded) => {
        if (loop.state.busy?.on !== 'store') loop.tell({ type: 'outbox', items: loaded.items, nextSeq: loaded.meta.nextSeq })
        void changed({ rows: message.rows, records: message.records }, false)
      })
    }
  })
  return () => {
    clearInterval(lease)
    removeEventListener('online', online)
    document.removeEventListener('visibilitychange', visible)
    stopChannel()
  }
}

function sealSoon(): void {
  const seal = here?.loop.state.meta.seal
  if (seal) prepareSeal(seal, uuid7(Date.now()))
}

async function askToPersist(): Promise<void> {
  const storage = typeof navigator === 'undefined' ? undefined : navigator.storage
  if (!storage?.persist) return
  persisted = (await storage.persist().catch(() => false)) ? 'granted' : 'denied'
  const { usage = 0, quota = 0 } = await storage.estimate().catch(() => ({ usage: 0, quota: 0 }))
  storageTight = quota > 0 && usage / quota > 0.8
  showStatus()
  whenIdle(() => void keepReserve().catch(() => undefined))
}

async function killWorker(): Promise<void> {
  const workers = await navigator.serviceWorker?.getRegistrations().catch(() => [])
  for (const worker of workers ?? []) await worker.unregister()
}

function phoneLabel(): string {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent
  const system = /Android|iPhone|iPad|Windows|Macintosh|Linux/.exec(agent)?.[0] ?? 'browser'
  return /MicroMessenger/.test(agent) ? `${system} WeChat` : system
}

export const door: SyncDoor = {
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
    await door.close()
    practice = true
    const store = await openPractice(() => void door.close()).catch((error: unknown) => {
      if (error instanceof NoStorage) return MemoryStore.open()
      throw error
    })
    await start(PRACTISING, null, store, line)
    setAccess('open')
  },

  async practiseAnew() {
    await door.close()
    await forgetPractice()
  },

  connected: () => here?.line.connected?.() ?? navigator.onLine,

  async close() {
    await halt()
    const was = register
    register = null
    void was?.then((one) => one.close(), () => undefined)
    place = null
    setAccess('closed')
  },

  access: () => access,

  onAccess(listener) {
    accessListeners.add(listener)
    return () => void accessListeners.delete(listener)
  },

  lockFacts: () => factsOf(atPlace()),

  async choosePin(pin) {
    await halt()
    const at = atPlace()
    const { own, profile } = await newPin(at, pin)
    place = { ...at, profile }
    await enter(own)
  },

  async unlock(pin) {
    const opened = await tryPin(atPlace(), pin)
    if (opened.own) await enter(opened.own)
    else if (opened.facts.kind === 'dropped') setAccess('dropped')
    return opened.own ? null : opened.facts
  },

  async provePin(pin) {
    const at = atPlace()
    const tried = await tryPin(at, pin)
    return tried.own ? null : refused(at, tried.facts)
  },

  async changePin(pin, next) {
    const at = atPlace()
    const facts = await changedPin(at, pin, next)
    return facts && refused(at, facts)
  },

  async unlockByPhone(secret) {
    const own = await openedByPhone(atPlace(), secret)
    if (own) await enter(own)
    return own !== null
  },

  async phoneForPin(pin, made) {
    const at = atPlace()
    const facts = await phoneForPin(at, pin, made)
    return facts && refused(at, facts)
  },

  pinForPhone: (secret, next) => pinForPhone(atPlace(), secret, next),

  async lock() {
    if (access !== 'open' || !place) return
    // A form writes what it still holds while there is a key to write it with.
    await flushForms()
    if (access !== 'open' || !place) return
    await shutNow(place, 'locked')
  },

  beforeLock(listener) {
    lockListeners.add(listener)
    return () => void lockListeners.delete(listener)
  },

  onOutdated(listener) {
    outdatedListeners.add(listener)
    return () => void outdatedListeners.delete(listener)
  },

  touched() {
    here?.channel.post({ kind: 'touched' })
  },

  onTouched(listener) {
    touchListeners.add(listener)
    return () => void touchListeners.delete(listener)
  },

  async logOut() {
    const { store, channel } = must()
    await store.forgetPulled()
    if (place) await place.register.logOut(place.profile.id)
    channel.post({ kind: 'closed' })
    await door.close()
  },

  async wipe(evenWaiting = false) {
    const { loop, channel } = must()
    if (!evenWaiting && loop.state.items.some((item) => item.place === 'waiting' && !isQuiet(item.type))) return false
    const profile = place?.profile
    channel.post({ kind: 'closed' })
    await door.close()
    if (profile) await withRegister((register) => register.forget(profile))
    return true
  },

  async enqueue(name, args, options = {}) {
    const { store, loop, channel, uploads } = must()
    const { seal } = loop.state.meta
    const ahead = takeAhead(seal)
    const now = { ...stamp(), ...(ahead ? { uuid: ahead.id } : {}) }
    const mutationId = now.uuid
    const entityId = options.entityId ?? uuid7(now.wall)
    const about = { entityId, baseVersion: options.baseVersion as number | undefined, dependsOn: options.dependsOn }
    const entry = await makeEntry(name, args, about, loop.state.meta.clock, now)
    const undoUntil = options.undoMs ? now.wall + options.undoMs : 0
    const item = await store.append(entry, { seal, ahead, undoUntil, recordedAt: now.wall, draft: options.draftKey ?? null })
    loop.tell({ type: 'recorded', item })
    // It is on disk: the person is told first, whoever else wants to know a moment later.
    setTimeout(() => {
      if (here?.channel !== channel) return
      whenIdle(sealSoon)
      channel.post({ kind: 'recorded' })
      uploads.poke()
      void changed({ rows: false, records: true }, false)
    })
    return { mutationId, entityId, recordedAt: entry.occurred_at_device, undoUntil: undoUntil > 0 ? new Date(undoUntil).toISOString() : null }
  },

  async undo(mutationId) {
    const { store, loop, channel } = must()
    const busy = loop.state.busy
    if (busy?.on === 'request' && busy.ids.includes(mutationId)) return false
    if (!(await store.undo(mutationId, Date.now()))) return false
    const { items, nextSeq } = await store.outbox()
    loop.tell({ type: 'outbox', items, nextSeq })
    channel.post({ kind: 'recorded' })
    await changed({ rows: false, records: true }, false)
    return true
  },

  syncNow() {
    here?.loop.tell({ type: 'trigger', why: 'button' })
    here?.carrying?.poke(mayUpload(), true)
    here?.uploads.poke(true)
  },

  sessionRenewed() {
    here?.loop.tell({ type: 'session_renewed' })
    if (!place || place.profile.holder) return
    const { session, register, profile } = place
    place.profile = { ...profile, holder: true }
    void register.take(session.userId, session.userName, Date.now()).catch(() => undefined)
  },

  async leftBehindSeen() {
    const { store, loop } = must()
    await store.commit([{ op: 'meta', set: { leftBehind: null } }], { digest: false, households: false, items: false, anyTab: true })
    loop.tell({ type: 'left_behind_seen' })
  },

  status: () => shown,

  onStatus(listener) {
    statusListeners.add(listener)
    return () => void statusListeners.delete(listener)
  },

  onChange(listener) {
    changeListeners.add(listener)
    return () => void changeListeners.delete(listener)
  },

  async saveDraft(key, value, householdId = null) {
    const savedAt = Date.now()
    await must().store.saveDraft(key, value, householdId, savedAt)
    return new Date(savedAt).toISOString()
  },

  async loadDraft<T>(key: string) {
    const draft = await must().store.loadDraft(key)
    return draft && { key, householdId: draft.household, savedAt: new Date(draft.savedAt).toISOString(), value: draft.value as T }
  },

  dropDraft: (key) => must().store.dropDraft(key),

  async addPhoto({ blob, draftKey }) {
    const content = new Uint8Array(await blob.arrayBuffer())
    const sha256 = await sha256Hex(content)
    const now = stamp()
    const ref = { attachment_id: now.uuid, sha256, size: content.length, mime: blob.type || 'image/jpeg' }
    await must().store.addPhoto({
      id: ref.attachment_id, draft: draftKey, mutation: null, entity: null, sha256, size: ref.size, mime: ref.mime,
      state: 'kept', attempts: 0, addedAt: now.wall,
    }, content)
    return ref
  },

  removePhoto: (attachmentId) => must().store.setPhoto(attachmentId, null),

  async attachment(attachmentId) {
    const { store } = must()
    const row = (await store.photos()).find((one) => one.id === attachmentId)
    return row ? new Blob([(await store.photoContent(row)) as BlobPart], { type: row.mime }) : null
  },

  async otherUsers() {
    const mine = (place?.session ?? here?.session)?.userId
    return (await door.people()).filter((one) => one.userId !== mine && one.waiting > 0)
  },

  async people() {
    return practice ? [] : (await withRegister((register) => register.people())) ?? []
  },

  async exportSealed() {
    if (practice) return { files: [], entries: 0, left: 0, known: false }
    const wall = Date.now()
    const open = here
    if (open?.loop.state.meta.seal) await open.store.sealLate(open.loop.state.meta.seal).catch(() => undefined)
    const database = place ? place.profile.db : open ? undefined : await lastDatabase()
    const found = database === undefined ? null : await handover(database, wall)
    if (open) {
      open.loop.tell({ type: 'outbox', ...(await open.store.outbox()) })
      await changed({ rows: false, records: true }, true)
    }
    if (!found) return { files: [], entries: 0, left: 0, known: false }
    return { files: await sealedFiles(found, wall), entries: found.entries.length, left: found.unsealed, known: true }
  },

  async takeCarried(file) {
    if (practice) return 'not_ours'
    try {
      const kept = await keepCarried(await readCarried(file, Date.now()))
      here?.carrying?.poke(mayUpload(), true)
      await changed({ rows: false, records: true }, true)
      return kept ? 'kept' : 'had'
    } catch (error) {
      if (error instanceof NotACarriedFile) return 'not_ours'
      throw error
    }
  },

  async dropRefusedCarried() {
    if (practice) return
    await dropRefused()
    await changed({ rows: false, records: true }, true)
  },

  carried: async () => (practice ? { neighbours: 0, entries: 0, refused: 0 } : carriedNow()),
}

/** Asks the register; null where nothing can be kept. */
async function withRegister<T>(ask: (register: Register) => Promise<T>): Promise<T | null> {
  const found = await theRegister().catch(() => null)
  return found && ask(found)
}
