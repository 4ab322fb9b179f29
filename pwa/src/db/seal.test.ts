// @vitest-environment node
import { expect, it } from 'vitest'
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { prepareSeal, sealEntry, sealInfo, takeAhead } from './seal'
import { toBase64url } from '../sync/canonical'

async function serverKey() {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
  return { key_id: 'k1', suite: 'P256-HKDF-SHA256-AES256GCM', public_key: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) }
}

const content = new TextEncoder().encode('楼道的灯坏了')

it('what is prepared before the tap is taken by one entry only, and by none for another key', async () => {
  const [key, other] = [await serverKey(), await serverKey()]
  prepareSeal(key, 'a')
  expect(takeAhead(other)).toBeNull()
  expect(takeAhead(key)?.id).toBe('a')
  expect(takeAhead(key)).toBeNull()
})
it('no two entries are sealed with the same, however they were prepared', async () => {
  const [key, other] = [await serverKey(), await serverKey()]
  const made: string[] = []
  for (const id of ['a', 'b', 'c']) {
    prepareSeal(key, id)
    const ahead = takeAhead(key)
    // For its own entry, for one of another id and for one to another key.
    const sealed = await Promise.all([sealEntry(key, id, content, ahead), sealEntry(key, `${id}2`, content, ahead), sealEntry(other, id, content, ahead)])
    made.push(...sealed.map(({ bytes }) => toBase64url(bytes.slice(0, 65))))
  }
  expect(new Set(made).size).toBe(9)
})
it('the server opens what was sealed ahead as it opens any other', async () => {
  const { kem, kdf, aead } = { kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() }
  const suite = new CipherSuite({ kem, kdf, aead })
  const pair = await kem.generateKeyPair()
  const key = { key_id: 'k1', suite: 'P256-HKDF-SHA256-AES256GCM', public_key: toBase64url(new Uint8Array(await kem.serializePublicKey(pair.publicKey))) }
  prepareSeal(key, 'a')
  const { bytes } = await sealEntry(key, 'a', content, takeAhead(key))
  const info = new TextEncoder().encode(sealInfo('k1', 'a')).buffer as ArrayBuffer
  const opened = await suite.open({ recipientKey: pair.privateKey, enc: bytes.slice(0, 65).buffer as ArrayBuffer, info }, bytes.slice(65).buffer as ArrayBuffer)
  expect(new Uint8Array(opened)).toEqual(content)
})
