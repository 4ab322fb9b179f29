"""The floor the client is measured beside: a page without a framework, with a worker of twelve lines.

It lists as many rows from IndexedDB as the product does and stores a record durably, once bare and once with
what the product's promise costs: a hash, a box under the phone's key and a copy sealed to the server's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FLOOR_PAGE = """<!doctype html><meta name=viewport content="width=device-width"><title>floor</title>
<ul id=list></ul><button id=save>save</button><button id=kept>kept</button><p id=said></p><script>
const open = () => new Promise((ok) => { const r = indexedDB.open('floor', 1)
  r.onupgradeneeded = () => r.result.createObjectStore('row', {keyPath: 'id'})
  r.onsuccess = () => ok(r.result) })
const put = (db, rows) => new Promise((ok) => {
  const t = db.transaction('row', 'readwrite', {durability: 'strict'})
  rows.forEach((row) => t.objectStore('row').put(row)); t.oncomplete = ok })
const all = (db) => new Promise((ok) => {
  const r = db.transaction('row').objectStore('row').getAll(); r.onsuccess = () => ok(r.result) })
;(async () => {
  const db = await open()
  let rows = await all(db)
  if (!rows.length) { rows = Array.from({length: ROWS}, (_, id) => ({id, name: '荀竹砚', text: '楼道'.repeat(200)}))
    await put(db, rows) }
  list.innerHTML = rows.slice(0, 60).map((r) => `<li class=hh>${r.name} ${r.id}</li>`).join('')
  save.onclick = async () => { await put(db, [{id: Math.random(), text: '楼道'.repeat(200)}])
    said.textContent = 'saved' }
  const subtle = crypto.subtle, curve = {name: 'ECDH', namedCurve: 'P-256'}
  const own = await subtle.generateKey({name: 'AES-GCM', length: 256}, false, ['encrypt'])
  const server = (await subtle.generateKey(curve, true, ['deriveBits'])).publicKey
  const box = (key, plain) => subtle.encrypt({name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12))}, key, plain)
  const seal = async (plain) => {
    const pair = await subtle.generateKey(curve, true, ['deriveBits'])
    const secret = await subtle.deriveBits({name: 'ECDH', public: server}, pair.privateKey, 256)
    const from = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
    const hkdf = {name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: new Uint8Array(32)}
    const key = await subtle.deriveKey(hkdf, from, {name: 'AES-GCM', length: 256}, false, ['encrypt'])
    return [await subtle.exportKey('raw', pair.publicKey), await box(key, plain)] }
  kept.onclick = async () => {
    const plain = new TextEncoder().encode(JSON.stringify({text: '楼道'.repeat(200)}))
    const hash = await subtle.digest('SHA-256', plain)
    const [boxed, sealed] = await Promise.all([box(own, plain), seal(plain)])
    await put(db, [{id: Math.random(), hash, boxed, sealed}])
    said.textContent = 'saved' }
  if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js')
})()
</script>"""
FLOOR_WORKER = """self.addEventListener('install', (e) => e.waitUntil(caches.open('1').then((c) => c.addAll(['/'])).then(() => skipWaiting())))
self.addEventListener('activate', (e) => e.waitUntil(clients.claim()))
self.addEventListener('fetch', (e) => e.respondWith(caches.match(e.request).then((r) => r || fetch(e.request))))"""


@contextmanager
def floor_page(rows: int) -> Iterator[str]:
    """The floor with so many rows, on a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            worker = self.path == "/sw.js"
            body = (FLOOR_WORKER if worker else FLOOR_PAGE.replace("ROWS", str(rows))).encode()
            self.send_response(200)
            self.send_header(
                "Content-Type", "text/javascript" if worker else "text/html; charset=utf-8"
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
