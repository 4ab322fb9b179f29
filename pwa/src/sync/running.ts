/**
 * Runs sync on a store, and ends it: joins engine, store and transport, and keeps the triggers that make a phone
 * send: start, network back, page shown, timer, button.
 */
import { Carrying } from './carrying'
import { openChannel } from './channel'
import type { Channel } from './channel'
import { uuid7 } from './ids'
import { keepLock } from './lock'
import type { Lock } from './lock'
import { Loop } from './loop'
import type { Line } from './line'
import { changed, forms, mayUpload, must, outrun, page, setAccess, showStatus, stamp, touched } from './page'
import type { At, Here } from './page'
import { closeRegister, withRegister } from './people'
import { Transport } from './transport'
import { Uploads } from './uploads'
import { isQuiet } from './wire'
import type { Session } from './index'
import { setCurrent } from '../db/current'
import { PageLeft, StoreTakenOver } from '../db/idb'
import { refreshRecordedTasks } from '../db/queries'
import { keepReserve } from '../db/reserve'
import { prepareSeal } from '../db/seal'
import { Store } from '../db/store'
import type { EntryStore, Loaded } from '../db/store'
import { whenIdle } from '../device/idle'

const LEASE_LOOK_MS = 60_000

// ── beginning ──────────────────────────────────────────────────────────────────────

export function openStore(at: At, own: CryptoKey | null): Promise<Store> {
  return Store.open(at.profile.db, at.profile.id, own, giveWay)
}

/** A newer version of the app moves this store, or somebody deletes it: a form writes what it still holds, then this page is done with it. */
async function giveWay(replaced: boolean): Promise<void> {
  await flushForms()
  if (replaced) outdated()
  await close()
}

export function outdated(): StoreTakenOver {
  outrun.tell()
  return new StoreTakenOver()
}

function flushForms(): Promise<unknown> {
  return Promise.allSettled([...forms].map((listener) => listener()))
}

/** Runs sync on a store: with its own key everything, without it the sealed copies alone. */
export async function start(session: Session, at: At | null, store: EntryStore, line: Line = new Transport(session, store.device.privateKey)): Promise<Loaded> {
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
    wipe: () => void wipe(true).then(() => session.cleared?.()),
    noRoom: () => { page.storageTight = true },
    killWorker: () => void killWorker(),
  })
  const become = sender(loop, store)
  const keep = (as = become): Lock => (at ? keepLock(`linli-sync-${at.profile.id}`, channel, as) : { release: () => undefined })
  const stop = listen(loop, channel, store, () => {
    if (!at) return
    here.lock.release()
    become(false, true)
    here.lock = keep((held) => become(held, true))
  })
  const here: Here = { session, store, line, loop, uploads, carrying, channel, lock: keep(), stop }
  page.here = here
  loop.tell({ type: 'loaded', ...loaded, sealedOnly: store.locked })
  if (!at) loop.tell({ type: 'lock', held: true })
  await refreshRecordedTasks().catch(() => undefined)
  uploads.poke()
  whenIdle(() => {
    if (store.locked || page.here?.store !== store) return
    if (!page.practice) void askToPersist()
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
    store.takeOver().then(() => (waited ? readAnew(store) : null)).catch((error: unknown) => (error instanceof PageLeft ? error : null)).then((now) => {
      // A page that was left before it had its turn asks for it when it comes back.
      if (mine === turn && !(now instanceof PageLeft)) loop.tell({ type: 'lock', held, ...(now ? { now } : {}) })
    })
  }
}

// ── while it runs ──────────────────────────────────────────────────────────────────

/** After each word from the server: what is carried for neighbours may go too. */
let heardAt: number | null = null
let could = false
function moved(): void {
  const contact = page.here?.loop.state.meta.lastContact ?? null
  if (contact !== heardAt) page.here?.carrying?.poke(mayUpload())
  heardAt = contact
  // The line is back, or this tab is the sender now: photos need not wait for their own time.
  const can = mayUpload()
  if (can && !could) page.here?.uploads.poke(true)
  could = can
  showStatus()
}

/** What makes a phone try again. Background sync is not among them: half the browsers have none. */
function listen(loop: Loop, channel: Channel, store: EntryStore, back: () => void): () => void {
  const online = (): void => loop.tell({ type: 'trigger', why: 'online' })
  const visible = (): void => {
    if (document.visibilityState !== 'visible') return
    loop.tell({ type: 'trigger', why: 'visible' })
    void watchLease()
  }
  const other = (what: { rows: boolean; records: boolean }): void => void readAnew(store).then((loaded) => {
    if (loop.state.busy?.on !== 'store') loop.tell({ type: 'outbox', items: loaded.items, nextSeq: loaded.meta.nextSeq })
    void changed(what, false)
  })
  // Out of the browser's cache of pages: another may have sent and recorded since, and this page heard nothing of it.
  const shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return
    back()
    other({ rows: true, records: true })
  }
  const lease = setInterval(() => void watchLease(), LEASE_LOOK_MS)
  addEventListener('online', online)
  addEventListener('pageshow', shown)
  document.addEventListener('visibilitychange', visible)
  const stopChannel = channel.listen((message) => {
    if (message.kind === 'closed') void close()
    else if (message.kind === 'locked') void lockNow()
    else if (message.kind === 'touched') touched.tell()
    else if (message.kind === 'recorded') {
      void store.outbox().then(({ items, nextSeq }) => {
        loop.tell({ type: 'outbox', items, nextSeq })
        void changed({ rows: false, records: true }, false)
      })
    } else if (message.kind === 'changed') other({ rows: message.rows, records: message.records })
  })
  return () => {
    clearInterval(lease)
    removeEventListener('online', online)
    removeEventListener('pageshow', shown)
    document.removeEventListener('visibilitychange', visible)
    stopChannel()
  }
}

/** The lists cease to be readable by time alone, and are given back when the server has spoken. */
let watching: Promise<void> | null = null
function watchLease(): Promise<void> {
  watching ??= (async () => {
    const move = await page.here?.store.watchLease(Date.now())
    if (move === 'dropped') page.here?.loop.tell({ type: 'lists_dropped' })
    if (move && move !== 'none') await changed({ rows: true, records: true }, false)
    showStatus()
  })().catch(() => undefined).finally(() => { watching = null })
  return watching
}

export function sealSoon(): void {
  const seal = page.here?.loop.state.meta.seal
  if (seal) prepareSeal(seal, uuid7(Date.now()))
}

async function askToPersist(): Promise<void> {
  const storage = typeof navigator === 'undefined' ? undefined : navigator.storage
  if (!storage?.persist) return
  page.persisted = (await storage.persist().catch(() => false)) ? 'granted' : 'denied'
  const { usage = 0, quota = 0 } = await storage.estimate().catch(() => ({ usage: 0, quota: 0 }))
  page.storageTight = quota > 0 && usage / quota > 0.8
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

// ── ending ─────────────────────────────────────────────────────────────────────────

/** Stops what runs; memory forgets the key and everything it opened. What goes on with `next` keeps its connection. */
export async function halt(next: Store | null = null): Promise<void> {
  const was = page.here
  if (!was) return
  page.here = null
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

export async function close(): Promise<void> {
  await halt()
  closeRegister()
  page.place = null
  setAccess('closed')
}

/** The keys leave this page's memory, and every other tab's; what waits goes on being sent as sealed copies. */
export async function shutNow(at: At, next: 'locked' | 'dropped'): Promise<void> {
  setAccess(next)
  page.here?.channel.post({ kind: 'locked' })
  await halt()
  await start(at.session, at, await openStore(at, null))
}

/** Locks this page, when it is open. A form writes what it still holds while there is a key to write it with. */
export async function lockNow(): Promise<void> {
  if (page.access !== 'open' || !page.place) return
  await flushForms()
  if (page.access !== 'open' || !page.place) return
  await shutNow(page.place, 'locked')
}

/** Takes this person's profile off the phone. False, and nothing done, while something waits, unless `evenWaiting`. */
export async function wipe(evenWaiting: boolean): Promise<boolean> {
  const { loop, channel } = must()
  if (!evenWaiting && loop.state.items.some((item) => item.place === 'waiting' && !isQuiet(item.type))) return false
  const profile = page.place?.profile
  channel.post({ kind: 'closed' })
  await close()
  if (profile) await withRegister((register) => register.forget(profile))
  return true
}
