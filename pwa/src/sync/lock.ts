/**
 * One tab sends, the others watch. The sender holds a Web Lock; a tab that waits for it asks
 * every ten seconds whether the holder still answers and takes over after thirty seconds of
 * silence (a frozen tab). Where there are no Web Locks, a lease kept in local storage does.
 *
 * Two senders at once would waste requests but lose and double nothing: the server knows
 * every entry by its own id; and what the tab before had still to write is not written any more
 * (Store.takeOver). Who takes over from another tab reads the store anew first (`waited`):
 * its memory of cursor and epoch may be older than the lists.
 */
import { whenIdle } from '../device/idle'
import type { Channel } from './channel'

const ASK_MS = 10_000
const SILENT_MS = 30_000

export interface Lock {
  release(): void
}

type Changed = (held: boolean, waited: boolean) => void

export function keepLock(name: string, channel: Channel, changed: Changed): Lock {
  return typeof navigator !== 'undefined' && navigator.locks ? webLock(name, channel, changed) : leaseLock(name, changed)
}

function webLock(name: string, channel: Channel, changed: Changed): Lock {
  let let_go: (() => void) | null = null
  let over = false
  let heard = performance.now()

  const hold = (waited: boolean): Promise<void> => {
    if (over) return Promise.resolve()
    changed(true, waited)
    return new Promise<void>((resolve) => { let_go = resolve })
  }
  const wait = (steal: boolean): void => {
    const request = navigator.locks.request(name, steal ? { steal: true } : {}, () => hold(true))
    request.catch(() => {
      // Somebody took it because we were silent.
      let_go = null
      if (over) return
      changed(false, true)
      heard = performance.now()
      wait(false)
    })
  }
  // Sending begins with the lock, and comes after the first picture.
  const forget = whenIdle(() => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return hold(false)
      wait(false)
      return undefined
    }).catch(() => changed(false, true))
  })

  const timer = setInterval(() => {
    if (let_go) return
    channel.post({ kind: 'alive?' })
    if (performance.now() - heard > SILENT_MS) {
      heard = performance.now()
      wait(true)
    }
  }, ASK_MS)
  const stop = channel.listen((message) => {
    if (message.kind === 'alive?' && let_go) channel.post({ kind: 'alive' })
    if (message.kind === 'alive') heard = performance.now()
  })
  return {
    release: () => {
      over = true
      forget()
      clearInterval(timer)
      stop()
      let_go?.()
      let_go = null
    },
  }
}

/** Read, write, read again a moment later: good enough, because losing the race is harmless. */
function leaseLock(name: string, changed: Changed): Lock {
  const me = Math.random().toString(36).slice(2)
  let held = false
  let ticks = 0
  const read = (): { owner: string; until: number } | null => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? 'null') as { owner: string; until: number } | null
    } catch {
      return null
    }
  }
  const tick = (): void => {
    const lease = read()
    const left = lease ? lease.until - Date.now() : 0
    const free = !lease || lease.owner === me || left <= 0 || left > SILENT_MS
    if (free) localStorage.setItem(name, JSON.stringify({ owner: me, until: Date.now() + SILENT_MS }))
    const now = free && read()?.owner === me
    if (now !== held) changed((held = now), ticks > 0)
    ticks += 1
  }
  tick()
  const timer = setInterval(tick, ASK_MS)
  return {
    release: () => {
      clearInterval(timer)
      if (held && read()?.owner === me) localStorage.removeItem(name)
    },
  }
}
