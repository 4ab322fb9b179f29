/**
 * The app's own files, each build in a cache of its own: a newer version on its way and a page of the version before
 * that is still fetching its parts never take files from each other. The build before stays for one version more.
 */
import { PrecacheController, PrecacheRoute } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'

export interface Part { url: string; revision?: string | null | undefined; integrity?: string | undefined }
const OURS = /^(linli-parts-|workbox-precache)/

/** FNV-1a over what the build holds; only has to differ between builds. */
function nameOf(parts: readonly Part[]): string {
  let hash = 0x811c9dc5
  for (const sign of JSON.stringify(parts)) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return `linli-parts-${hash.toString(36)}`
}

export interface KeptParts {
  /** answers an address with this part */
  answerWith: PrecacheController['createHandlerBoundToURL']
  install: (event: ExtendableEvent) => Promise<unknown>
  activate: () => Promise<unknown>
}

/** Answers with the parts of this build; the worker has to pass on its installation and its start. */
export function keepParts(parts: readonly Part[]): KeptParts {
  const cacheName = nameOf(parts)
  const controller = new PrecacheController({ cacheName })
  controller.addToCacheList([...parts])
  registerRoute(new PrecacheRoute(controller, { cleanURLs: false, ignoreURLParametersMatching: [] }))
  return {
    answerWith: (url) => controller.createHandlerBoundToURL(url),
    install: (event) => unchanged(cacheName, parts).catch(() => undefined).then(() => controller.install(event)),
    activate: () => dropOld(cacheName),
  }
}
/** A page of the build before asks for a part by its own name. To be registered after everything that knows better. */
export function answerPagesOfBefore(): void {
  registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'), async ({ request }) =>
    (await caches.match(request.url)) ?? fetch(request)) // eslint-disable-line no-restricted-globals -- a file of the app that is not kept comes as it would without a worker
}
/** A file whose name is its content need not come a second time over a thin line. */
async function unchanged(cacheName: string, parts: readonly Part[]): Promise<void> {
  const cache = await caches.open(cacheName)
  for (const { url, revision } of parts) {
    if (revision || await cache.match(`/${url}`)) continue
    const same = await caches.match(`/${url}`)
    if (same) await cache.put(`/${url}`, same)
  }
}
/** Caches stand in the order they were made: what came before the build before this one is used by nobody. */
async function dropOld(cacheName: string): Promise<void> {
  const names = (await caches.keys()).filter((name) => OURS.test(name))
  await Promise.all(names.slice(0, Math.max(0, names.indexOf(cacheName) - 1)).map((name) => caches.delete(name)))
}
