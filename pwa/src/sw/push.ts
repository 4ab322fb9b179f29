/**
 * A waking from the committee's server: few words that name nobody, also on a locked phone. What happened is read in the
 * app. Whatever else a letter holds is not shown, and without a readable one the browser is still owed a notification.
 */
const PAGES = ['/inbox', '/c/messages']
const TITLE = '邻里守望'
const MOST_SIGNS = 40

interface Said { title: string; body: string; url: string }

export function saidIn(read: () => unknown): Said {
  const plain = { title: TITLE, body: '有新消息', url: PAGES[0]! }
  try {
    const { title, body, url } = read() as Record<string, unknown>
    return { title: words(title) ?? plain.title, body: words(body) ?? plain.body, url: PAGES.find((page) => page === url) ?? plain.url }
  } catch { return plain }
}
function words(given: unknown): string | null {
  return typeof given === 'string' && given !== '' && given.length <= MOST_SIGNS ? given : null
}

/** One notification at a time: a newer one takes the place of the one before. */
export function wake(scope: ServiceWorkerGlobalScope, event: PushEvent): Promise<void> {
  const { title, body, url } = saidIn(() => event.data?.json() as unknown)
  return scope.registration.showNotification(title, { body, tag: 'linli.inbox', icon: '/icons/house-192.png', badge: '/icons/house-192.png', data: { url } })
}

/** Brings an open app to the front, which goes to the messages by itself; else opens it there. */
export async function opened(scope: ServiceWorkerGlobalScope, event: NotificationEvent): Promise<void> {
  event.notification.close()
  const url = PAGES.find((page) => page === (event.notification.data as { url?: unknown } | null)?.url) ?? PAGES[0]!
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const here = windows.find((one) => new URL(one.url).origin === scope.location.origin && one.focus !== undefined)
  if (!here) return void (await scope.clients.openWindow(url))
  const front = await here.focus().catch(() => here)
  front.postMessage({ type: 'linli.open', url })
}
