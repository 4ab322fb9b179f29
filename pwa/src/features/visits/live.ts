/** Ties what is on this phone to the screen: answers are asked again whenever rows or records change. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import * as sync from '@/sync'

/** The answer of a question to `db/queries`, kept fresh while the screen is open. */
export function live<T>(ask: () => T): Readonly<ShallowRef<T>> {
  const answer = shallowRef(ask())
  onScopeDispose(sync.onChange(() => { answer.value = ask() }))
  return answer
}
const AGAIN_MS = 1000
/** The same for answers that take a moment; `null` until the first one is there, which is asked for until it comes. */
export function liveAsync<T>(ask: () => Promise<T>): Readonly<ShallowRef<T | null>> {
  const answer = shallowRef<T | null>(null)
  let turn = 0
  let later: ReturnType<typeof setTimeout> | undefined
  const again = () => {
    const mine = ++turn
    clearTimeout(later)
    ask().then((now) => { if (mine === turn) answer.value = now }, () => {
      // A store that was taken away under the page answers nothing; what was shown stays.
      if (mine === turn && answer.value === null) later = setTimeout(again, AGAIN_MS)
    })
  }
  again()
  const stop = sync.onChange(again)
  onScopeDispose(() => {
    turn += 1
    clearTimeout(later)
    stop()
  })
  return answer
}
export function liveStatus(): Readonly<ShallowRef<sync.Status>> {
  const status = shallowRef(sync.status())
  onScopeDispose(sync.onStatus((now) => { status.value = now }))
  return status
}
/** Whether there is a signal at all; no promise that the server is reached. */
export function liveOnline(): Readonly<ShallowRef<boolean>> {
  const online = shallowRef(sync.connected())
  const look = () => { online.value = sync.connected() }
  addEventListener('online', look)
  addEventListener('offline', look)
  onScopeDispose(() => { removeEventListener('online', look); removeEventListener('offline', look) })
  return online
}
