/**
 * Keeps the app's own files on the phone so that it opens without a network. It never touches the API and never
 * keeps an answer of it; sending is the page's work.
 */
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { keepCarried } from '../db/carried'
import { readCarried } from '../db/carriedFile'
import { answerPagesOfBefore, keepParts } from './parts'
import { opened, wake } from './push'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null; integrity?: string })[] }

/** What works the questions of a committee out is large and needed by few: it is fetched once a phone has such questions (decision 19). */
const ENGINE = /^assets\/xformEngine-/
const ENGINES = 'linli-questions'
const all = self.__WB_MANIFEST.map((one) => (typeof one === 'string' ? { url: one, revision: null, integrity: undefined } : one))
const kept = all.filter((one) => !ENGINE.test(one.url))
const engines = all.filter((one) => ENGINE.test(one.url)).map((one) => ({ url: `/${one.url}`, integrity: one.integrity ?? '' }))
const parts = keepParts(kept)
self.addEventListener('install', (event) => { event.waitUntil(parts.install(event)) })
self.addEventListener('activate', (event) => { event.waitUntil(parts.activate()) })

/** Addresses the server answers itself, also when they are opened as pages. */
const SERVER = [/^\/(api|healthz|readyz|metrics|docs|assets|icons|c\/(door|new|follow|info|static))(\/|\?|$)/, /^\/q\/?(\?|$)/, /^\/q\/[^?]*\?(.*&)?page=1/, /^[^?]*\.[a-z0-9]+(\?|$)/i]
registerRoute(new NavigationRoute(parts.answerWith('/index.html'), { denylist: SERVER }))

/** Hashed files never change: where a browser can, it takes them from what is kept here without waking this worker. */
self.addEventListener('install', (event) => {
  const { addRoutes } = event as { addRoutes?: (rule: object) => Promise<void> }
  if (addRoutes) event.waitUntil(addRoutes.call(event, { condition: { urlPattern: { pathname: '/assets/*' } }, source: 'cache' }).catch(() => undefined))
})

async function keepEngine(): Promise<void> {
  const cache = await caches.open(ENGINES)
  const missing = (await Promise.all(engines.map(async ({ url, integrity }) => ((await cache.match(url)) ? [] : [new Request(url, { integrity })])))).flat()
  await cache.addAll(missing)
}
/** A phone that has it gets the new one together with the new app, so that a form can be filled in offline on the day of the change. */
self.addEventListener('install', (event) => { event.waitUntil(caches.has(ENGINES).then((yes) => (yes ? keepEngine() : undefined))) })
/** Those of builds before this one go once no page uses them any more. */
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.has(ENGINES).then(async (yes) => {
    if (!yes) return
    const cache = await caches.open(ENGINES)
    for (const one of await cache.keys()) if (!engines.some(({ url }) => url === new URL(one.url).pathname)) await cache.delete(one)
  }))
})
registerRoute(({ url }) => url.origin === self.location.origin && ENGINE.test(url.pathname.slice(1)), async ({ request }) => {
  if (!(await caches.match(request.url))) await keepEngine()
  return (await caches.match(request.url)) ?? Response.error()
})
answerPagesOfBefore()

/** A sealed file that another app shared to this one: kept for carrying, then the page says so. Nothing of it goes to the network here. */
registerRoute(({ url, request }) => request.method === 'POST' && url.origin === self.location.origin && url.pathname === '/records/carried', async ({ request }) => {
  const files = (await request.formData()).getAll('file').filter((one) => one instanceof File)
  const ends = await Promise.all(files.map((file) => readCarried(file, Date.now()).then(keepCarried).then(() => true, () => false)))
  return Response.redirect(`/records?carried=${ends.length > 0 && ends.every(Boolean) ? 'kept' : 'not_ours'}`, 303)
}, 'POST')

/** Whether a page that started with this part is a page of this version. */
function isOurs(part: unknown): boolean {
  return kept.some(({ url }) => `/${url}` === part)
}
self.addEventListener('message', (event) => {
  const from = event.source
  const ours = from && 'url' in from && new URL((from as WindowClient).url).origin === self.location.origin
  const asked = ours ? (event.data as { type?: unknown } | null)?.type : null
  if (asked === 'linli.skip_waiting') void self.skipWaiting()
  if (asked === 'linli.is_yours' && !isOurs((event.data as { part?: unknown }).part)) from?.postMessage({ type: 'linli.not_yours' })
  if (asked === 'linli.keep_questions') event.waitUntil(keepEngine().catch(() => undefined))
})

self.addEventListener('push', (event) => { event.waitUntil(wake(self, event)) })
self.addEventListener('notificationclick', (event) => { event.waitUntil(opened(self, event)) })

// A worker's first page can already use it; later versions wait until nobody is filling in a form.
self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()) })
