/** Letting this browser be woken: only asked for by a tap, and only the browser knows the keys. */
import { ownScript } from './trusted'

export interface Address { endpoint: string; p256dh: string; auth: string }

/** False in WeChat, in private windows, and on an iPhone until the app is on the home screen. */
export function canRemind(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}
export function refused(): boolean {
  return canRemind() && Notification.permission === 'denied'
}
/** Asks the person, then the browser's push service; null when either says no. */
export async function subscribe(publicKey: string): Promise<Address | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  const worker = await ready()
  try {
    // A subscription made for another server key (after a move) cannot be written to.
    await (await worker.pushManager.getSubscription())?.unsubscribe()
    const made = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })).toJSON()
    const { endpoint, keys } = made
    return endpoint && keys?.p256dh && keys.auth ? { endpoint, p256dh: keys.p256dh, auth: keys.auth } : null
  } catch (thrown) {
    console.warn(thrown) // no push service reachable from here, as with Chrome in most of China
    return null
  }
}
export async function unsubscribe(): Promise<void> {
  if (!canRemind()) return
  const worker = await navigator.serviceWorker.getRegistration()
  await (await worker?.pushManager.getSubscription())?.unsubscribe()
}
/** The worker comes with the app; where it does not yet stand it is put there. */
async function ready(): Promise<ServiceWorkerRegistration> {
  const known = await navigator.serviceWorker.getRegistration()
  if (!known) await navigator.serviceWorker.register(ownScript('/sw.js') as string, { scope: '/', updateViaCache: 'none' })
  return navigator.serviceWorker.ready
}
