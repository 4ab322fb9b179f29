/** The bare cost of what the product does to a record before it is written, with the browser's own functions alone. */
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const { subtle } = crypto

export interface Keys { own: CryptoKey; server: CryptoKey }

export async function makeKeys(): Promise<Keys> {
  const own = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  return { own, server: (await subtle.generateKey(CURVE, true, ['deriveBits'])).publicKey }
}
function box(key: CryptoKey, plain: BufferSource): Promise<ArrayBuffer> {
  return subtle.encrypt({ name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) }, key, plain)
}
async function seal(server: CryptoKey, plain: BufferSource): Promise<ArrayBuffer[]> {
  const pair = await subtle.generateKey(CURVE, true, ['deriveBits'])
  const secret = await subtle.deriveBits({ name: 'ECDH', public: server }, pair.privateKey, 256)
  const from = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: new Uint8Array(32) }
  const key = await subtle.deriveKey(hkdf, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  return [await subtle.exportKey('raw', pair.publicKey), await box(key, plain)]
}
export async function kept({ own, server }: Keys, text: string): Promise<{ hash: ArrayBuffer; boxed: ArrayBuffer; sealed: ArrayBuffer[] }> {
  const plain = new TextEncoder().encode(JSON.stringify({ text }))
  const hash = await subtle.digest('SHA-256', plain)
  const [boxed, sealed] = await Promise.all([box(own, plain), seal(server, plain)])
  return { hash, boxed, sealed }
}
