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

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

export async function sealEntry(key: SealKey, mutationId: Uuid, content: Uint8Array): Promise<Sealed> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(plain(fromBase64url(key.public_key)))
  const info = plain(new TextEncoder().encode(sealInfo(key.key_id, mutationId)))
  const sender = await suite.createSenderContext({ recipientPublicKey, info })
  const sealed = new Uint8Array(await sender.seal(plain(content)))
  const enc = new Uint8Array(sender.enc)
  const bytes = new Uint8Array(enc.length + sealed.length)
  bytes.set(enc)
  bytes.set(sealed, enc.length)
  return { keyId: key.key_id, bytes }
}

function plain(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}
