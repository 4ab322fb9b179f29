/**
 * The page's half of the service worker: registers it, tells when a new version waits, applies it only at a start or
 * when the person says so, and takes it away when the server pulls the kill switch (records stay untouched).
 */
import { ref } from 'vue'
import { ownScript } from '@/device/trusted'

export const updateReady = ref(false)
/** Screens with an unfinished form raise this; a version never changes under a form. */
export const formOpen = ref(false)
let waiting: ServiceWorker | null = null
let reloadWhenControlled = false

export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  try {
    navigator.serviceWorker.addEventListener('controllerchange', () => { if (reloadWhenControlled) location.reload() })
    const registration = await navigator.serviceWorker.register(ownScript('/sw.js') as string, { scope: '/', updateViaCache: 'none' })
    // A start is the moment to change: no form is open yet.
    if (registration.waiting && navigator.serviceWorker.controller) found(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const next = registration.installing
      next?.addEventListener('statechange', () => { if (next.state === 'installed' && navigator.serviceWorker.controller) found(next) })
    })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void registration.update().catch(() => undefined) })
  } catch { /* private mode or an in-app browser: recording works online, see `durable` */ }
}
function found(worker: ServiceWorker): void {
  waiting = worker
  updateReady.value = true
}
export function applyUpdate(): void {
  if (!waiting || formOpen.value) return
  reloadWhenControlled = true
  waiting.postMessage({ type: 'linli.skip_waiting' })
}
/** The kill switch: the worker and its files go, IndexedDB stays. */
export async function removeWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  for (const name of await caches.keys()) await caches.delete(name)
}
/** Whether an offline start can be promised here (not inside WeChat on an iPhone, not in private mode). */
export function canStartOffline(): boolean {
  return 'serviceWorker' in navigator
}
