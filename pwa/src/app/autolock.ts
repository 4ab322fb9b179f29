/**
 * Locks a phone that nobody touches, and one that comes back from the background after as long. Tabs keep each other
 * awake. Reloading asks again: the key is in this page's memory and nowhere else.
 */
import { watch } from 'vue'
import * as sync from '@/sync'
import { access } from './shut'

export const IDLE_MS = 5 * 60_000
/** Other tabs need not hear of every tap. */
const TELL_MS = 10_000
let timer: ReturnType<typeof setTimeout> | undefined
let told = -Infinity
let touchedAt = 0

function stay(): void {
  touchedAt = Date.now()
  clearTimeout(timer)
  timer = setTimeout(() => void sync.lock(), IDLE_MS)
}
function touched(): void {
  stay()
  if (performance.now() - told < TELL_MS) return
  told = performance.now()
  sync.touched()
}
/** Timers of a hidden page sleep; the clock tells how long it was away. One turned back counts as long. */
function back(): void {
  if (document.visibilityState !== 'visible') return
  const away = Date.now() - touchedAt
  if (away >= IDLE_MS || away < 0) void sync.lock()
}
const EVENTS = ['pointerdown', 'keydown', 'scroll'] as const
let stop: (() => void) | null = null

watch(access, (now) => {
  stop?.()
  stop = null
  clearTimeout(timer)
  if (now !== 'open') return
  stay()
  for (const one of EVENTS) addEventListener(one, touched, { passive: true, capture: true })
  document.addEventListener('visibilitychange', back)
  const deaf = sync.onTouched(stay)
  stop = () => {
    for (const one of EVENTS) removeEventListener(one, touched, { capture: true })
    document.removeEventListener('visibilitychange', back)
    deaf()
  }
}, { immediate: true, flush: 'sync' })
