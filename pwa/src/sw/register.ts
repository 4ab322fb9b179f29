/**
 * The page's half of the service worker: registers it, and lets a new version in only at a start or when the person
 * says so, never while a form is open in any tab of this browser.
 */
import { ref, watch } from 'vue'
import { ownScript } from '@/device/trusted'

export const updateReady = ref(false)
/** Screens with an unfinished form raise this; a version never changes under a form. */
export const formOpen = ref(false)
/** A touched notification asked this page to go there; never under a form. */
export const askedFor = ref<string | null>(null)
const FORM_LOCK = 'linli.form'
let waiting: ServiceWorker | null = null
let closeForm: (() => void) | null = null
let reloadWhenControlled = false

export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  try {
    navigator.serviceWorker.addEventListener('controllerchange', () => { if (reloadWhenControlled) location.reload() })
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      const { type, url } = (data ?? {}) as { type?: unknown; url?: unknown }
      if (type === 'linli.open' && typeof url === 'string' && url.startsWith('/') && !formOpen.value) askedFor.value = url
    })
    const registration = await navigator.serviceWorker.register(ownScript('/sw.js') as string, { scope: '/', updateViaCache: 'none' })
    if (registration.waiting && navigator.serviceWorker.controller) await atStart(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const next = registration.installing
      next?.addEventListener('statechange', () => { if (next.state === 'installed' && navigator.serviceWorker.controller) found(next) })
    })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void registration.update().catch(() => undefined) })
  } catch { /* private mode or an in-app browser: recording works online, see `durable` */ }
}
/** A start is the moment to change, unless another tab is in the middle of a form. */
async function atStart(worker: ServiceWorker): Promise<void> {
  found(worker)
  if (!(await formOpenSomewhere())) applyUpdate()
}
async function formOpenSomewhere(): Promise<boolean> {
  if (formOpen.value || !navigator.locks) return true
  const { held } = await navigator.locks.query()
  return (held ?? []).some((lock) => lock.name === FORM_LOCK)
}
watch(formOpen, (open) => {
  closeForm?.()
  closeForm = null
  if (open) void navigator.locks?.request(FORM_LOCK, { mode: 'shared' }, () => new Promise<void>((done) => { closeForm = done }))
})
function found(worker: ServiceWorker): void {
  waiting = worker
  updateReady.value = true
}
export function applyUpdate(): void {
  if (!waiting || formOpen.value) return
  reloadWhenControlled = true
  waiting.postMessage({ type: 'linli.skip_waiting' })
}
/** Has the worker keep what works a committee's own questions out, for doors without a network. */
export function keepQuestions(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ type: 'linli.keep_questions' }))
}
/** Whether an offline start can be promised here (not inside WeChat on an iPhone, not in private mode). */
export function canStartOffline(): boolean {
  return 'serviceWorker' in navigator
}
