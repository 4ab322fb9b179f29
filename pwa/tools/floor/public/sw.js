// Four lines of a worker: the page opens without a network.
self.addEventListener('install', (e) => e.waitUntil(caches.open('1').then((c) => c.addAll(['/', '/floor.js'])).then(() => skipWaiting())))
self.addEventListener('activate', (e) => e.waitUntil(clients.claim()))
self.addEventListener('fetch', (e) => e.respondWith(caches.match(e.request, { ignoreSearch: true }).then((r) => r || fetch(e.request))))
