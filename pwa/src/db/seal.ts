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
type Sender = ReturnType<typeof suite.createSenderContext>
let recipient: { of: string; key: ReturnType<typeof suite.kem.deserializePublicKey> } | null = null

function recipientOf(key: SealKey): ReturnType<typeof suite.kem.deserializePublicKey> {
  if (recipient?.of !== key.public_key) recipient = { of: key.public_key, key: suite.kem.deserializePublicKey(plain(fromBase64url(key.public_key))) }
  return recipient.key
}

/** Sealing but for the content: it needs nothing of an entry save its id, so both are made before the tap. */
export interface Ahead {
  readonly id: Uuid
  readonly key: string
  readonly sender: Sender
}
let ahead: Ahead | null = null

/** Call when there is time, so that the next entry is sealed sooner. */
export function prepareSeal(key: SealKey, id: Uuid): void {
  if (ahead?.key === key.public_key) return
  const made = { id, key: key.public_key, sender: senderTo(key, sealInfo(key.key_id, id)) }
  made.sender.catch(() => { if (ahead === made) ahead = recipient = null })
  ahead = made
}

/** What was prepared, for one entry and no other; the entry takes its id. */
export function takeAhead(key: SealKey | null): Ahead | null {
  const taken = ahead?.key === key?.public_key ? ahead : null
  if (taken) ahead = null
  return taken
}

async function senderTo(key: SealKey, purpose: string): Sender {
  return suite.createSenderContext({ recipientPublicKey: await recipientOf(key), info: plain(new TextEncoder().encode(purpose)) })
}

export async function sealEntry(key: SealKey, mutationId: Uuid, content: Uint8Array, ready: Ahead | null = null): Promise<Sealed> {
  const mine = ready?.id === mutationId && ready.key === key.public_key
  return { keyId: key.key_id, bytes: await sealed(mine ? ready.sender : senderTo(key, sealInfo(key.key_id, mutationId)), content) }
}

/** Sealed to the server; `purpose` must be said again to open it. */
export function sealTo(key: SealKey, purpose: string, content: Uint8Array): Promise<Uint8Array> {
  return sealed(senderTo(key, purpose), content)
}

async function sealed(by: Sender, content: Uint8Array): Promise<Uint8Array> {
  const sender = await by
  const inside = new Uint8Array(await sender.seal(plain(content)))
  const enc = new Uint8Array(sender.enc)
  const bytes = new Uint8Array(enc.length + inside.length)
  bytes.set(enc)
  bytes.set(inside, enc.length)
  return bytes
}

function plain(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}
