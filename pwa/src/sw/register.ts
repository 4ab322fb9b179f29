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
const FELL_BETWEEN = 'linli.fell_between'
const LETTING_GO_MS = 1_000
const FETCHED_WITHIN_MS = 20_000
let waiting: ServiceWorker | null = null
let closeForm: (() => void) | null = null
let reloadWhenControlled = false
/** This page is about to start anew by itself. */
let leaving = false
let startedAt = ''

export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  startedAt = location.pathname
  try {
    navigator.serviceWorker.addEventListener('controllerchange', () => { if (reloadWhenControlled) location.reload(); else if (!leaving) askWhose() })
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      const { type, url } = (data ?? {}) as { type?: unknown; url?: unknown }
      if (type === 'linli.not_yours') void fellBetween()
      if (type === 'linli.open' && typeof url === 'string' && url.startsWith('/') && !formOpen.value) askedFor.value = url
    })
    const registration = await navigator.serviceWorker.register(ownScript('/sw.js') as string, { scope: '/', updateViaCache: 'none' })
    registration.addEventListener('updatefound', () => {
      const next = registration.installing
      next?.addEventListener('statechange', () => { if (next.state === 'installed' && navigator.serviceWorker.controller) found(next) })
    })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void registration.update().catch(() => undefined) })
    if (registration.waiting && navigator.serviceWorker.controller) await atStart(registration.waiting)
    else askWhose()
  } catch { /* private mode or an in-app browser: recording works online, see `durable` */ }
}
/** A start is the moment to change, unless another tab is in the middle of a form. */
async function atStart(worker: ServiceWorker): Promise<void> {
  found(worker)
  if (await formsAreShut()) applyUpdate()
}
/** The page that was here just before may not have let go of its form yet: that is waited for, another tab's form is not. */
async function formsAreShut(): Promise<boolean> {
  if (formOpen.value || !navigator.locks) return false
  const enough = new AbortController()
  const timer = setTimeout(() => enough.abort(), LETTING_GO_MS)
  try {
    return await navigator.locks.request(FORM_LOCK, { mode: 'exclusive', signal: enough.signal }, () => true)
  } catch { return false } finally { clearTimeout(timer) }
}
/** Asks the worker in charge whether this page is of its version; it answers only when it is not. */
function askWhose(): void {
  const part = ownPart()
  if (part) navigator.serviceWorker.controller?.postMessage({ type: 'linli.is_yours', part })
}
function ownPart(): string | null {
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src]')
  return script && new URL(script.src).pathname
}
/** A start that fell into the change of versions: the page came from the one before. It starts anew, once, as long as nobody has gone anywhere. */
async function fellBetween(): Promise<void> {
  const part = ownPart()
  if (!part || sessionStorage.getItem(FELL_BETWEEN) === part || !(await formsAreShut()) || location.pathname !== startedAt) return
  sessionStorage.setItem(FELL_BETWEEN, part)
  location.reload()
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
/**
 * For a page whose files are gone from the server: what the server has now is fetched and let in, so that the page
 * that starts anew is of that version and not once more of the one whose files are gone. Never under a form.
 */
export async function letNewIn(): Promise<void> {
  const registration = navigator.serviceWorker?.controller ? await navigator.serviceWorker.getRegistration().catch(() => undefined) : undefined
  if (!registration) return
  await registration.update().catch(() => undefined)
  const next = registration.waiting ?? registration.installing
  if (!next) return
  await until(next, 'statechange', () => next.state !== 'installing')
  if (next.state !== 'installed' || !(await formsAreShut())) return
  leaving = true
  const inCharge = until(navigator.serviceWorker, 'controllerchange', () => navigator.serviceWorker.controller === next)
  next.postMessage({ type: 'linli.skip_waiting' })
  await inCharge
}
/** Waits for what an event brings about, and no longer than a person would. */
async function until(target: EventTarget, event: string, holds: () => boolean): Promise<void> {
  if (holds()) return
  const enough = new AbortController()
  const timer = setTimeout(() => enough.abort(), FETCHED_WITHIN_MS)
  await new Promise<void>((done) => {
    enough.signal.addEventListener('abort', () => done())
    target.addEventListener(event, () => { if (holds()) done() }, { signal: enough.signal })
  })
  clearTimeout(timer)
  enough.abort()
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
