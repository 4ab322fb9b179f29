/**
 * The second copy of each entry: sealed to the server's key (HPKE, RFC 9180, base mode,
 * P-256 / HKDF-SHA256 / AES-256-GCM), so that it can still be handed in when everything
 * readable on this phone is gone. Nobody on the phone can open it again.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { fromBase64url } from '../sync/canonical'
import type { SealKey, Uuid } from '../sync/wire'

export interface Sealed {
  keyId: string
  /** The encapsulated key (65 bytes) followed by the ciphertext. */
  bytes: Uint8Array
}

/** Binds a sealed entry to its purpose, its key and its own id. */
export function sealInfo(keyId: string, mutationId: Uuid): string {
  return `linli outbox v1|${keyId}|${mutationId}`
}

type Encapsulated = ReturnType<DhkemP256HkdfSha256['encap']>

/** Half of sealing needs nothing of the entry: it is done before the tap. Each encapsulation is used once. */
class Ahead extends DhkemP256HkdfSha256 {
  private readonly made = new Map<CryptoKey, Encapsulated>()

  prepare(recipientPublicKey: CryptoKey): void {
    if (this.made.has(recipientPublicKey)) return
    const one = super.encap({ recipientPublicKey })
    one.catch(() => this.made.delete(recipientPublicKey))
    this.made.set(recipientPublicKey, one)
  }

  override encap(params: Parameters<DhkemP256HkdfSha256['encap']>[0]): Encapsulated {
    const one = this.made.get(params.recipientPublicKey)
    this.made.delete(params.recipientPublicKey)
    return one ?? super.encap(params)
  }
}

const kem = new Ahead()
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() })
let recipient: { of: string; key: Promise<CryptoKey> } | null = null

function recipientOf(key: SealKey): Promise<CryptoKey> {
  if (recipient?.of !== key.public_key) recipient = { of: key.public_key, key: suite.kem.deserializePublicKey(plain(fromBase64url(key.public_key))) }
  return recipient.key
}

/** Call when there is time, so that the next entry is sealed sooner. */
export function prepareSeal(key: SealKey): void {
  recipientOf(key).then((found) => kem.prepare(found)).catch(() => { recipient = null })
}

export async function sealEntry(key: SealKey, mutationId: Uuid, content: Uint8Array): Promise<Sealed> {
  return { keyId: key.key_id, bytes: await sealTo(key, sealInfo(key.key_id, mutationId), content) }
}

/** Sealed to the server; `purpose` must be said again to open it. */
export async function sealTo(key: SealKey, purpose: string, content: Uint8Array): Promise<Uint8Array> {
  const recipientPublicKey = await recipientOf(key)
  const info = plain(new TextEncoder().encode(purpose))
  const sender = await suite.createSenderContext({ recipientPublicKey, info })
  const sealed = new Uint8Array(await sender.seal(plain(content)))
  const enc = new Uint8Array(sender.enc)
  const bytes = new Uint8Array(enc.length + sealed.length)
  bytes.set(enc)
  bytes.set(sealed, enc.length)
  return bytes
}

function plain(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}
