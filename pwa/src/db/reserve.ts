/**
 * Room kept free for the moment when the phone is full: a lump of nothing that gives way to what is recorded (F40).
 * It is an entry of a cache: when that is deleted, its space is free at once. A whole cache waits for the last page
 * that holds it, and a database for its next tidying.
 */
const NAME = 'linli-reserve'
const LUMP = '/reserve'
const RESERVE_BYTES = 10 * 2 ** 20

/** Lays the reserve in, where this browser has plenty of room left. */
export async function keepReserve(): Promise<void> {
  if (typeof caches === 'undefined') return
  const cache = await caches.open(NAME)
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  if (quota - usage < 2 * RESERVE_BYTES || (await cache.match(LUMP))) return
  await cache.put(LUMP, new Response(new Uint8Array(RESERVE_BYTES)))
}

/** Gives the reserve away; false when there was none. */
export async function freeReserve(): Promise<boolean> {
  return typeof caches !== 'undefined' && caches.open(NAME).then((cache) => cache.delete(LUMP)).catch(() => false)
}
