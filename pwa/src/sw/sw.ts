/**
 * Keeps the app's own files on the phone so that it opens without a network. It never touches the API and never
 * keeps an answer of it; sending is the page's work.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] }

precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false, ignoreURLParametersMatching: [] })
cleanupOutdatedCaches()

/** Addresses the server answers itself, also when they are opened as pages. */
const SERVER = [/^\/(api|healthz|readyz|metrics|docs|assets|icons|c\/(door|new|follow|info|static))(\/|\?|$)/, /^\/q\/?(\?|$)/, /^\/q\/[^?]*\?(.*&)?page=1/, /^[^?]*\.[a-z0-9]+(\?|$)/i]
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER }))

self.addEventListener('message', (event) => {
  const from = event.source
  const ours = from && 'url' in from && new URL((from as WindowClient).url).origin === self.location.origin
  if (ours && (event.data as { type?: unknown } | null)?.type === 'linli.skip_waiting') void self.skipWaiting()
})

// A worker's first page can already use it; later versions wait until nobody is filling in a form.
self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()) })
