// Served as /sw.js while the operator has WORKER_OFF set: removes the worker and the cached program, nothing else.
// What was recorded lies in IndexedDB and stays; the app goes on from the network.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) await caches.delete(name)
    await self.registration.unregister()
  })())
})
