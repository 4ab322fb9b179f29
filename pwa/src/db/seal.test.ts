// @vitest-environment node
import { expect, it } from 'vitest'
import { prepareSeal, sealEntry } from './seal'
import { toBase64url } from '../sync/canonical'

async function serverKey() {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
  return { key_id: 'k1', suite: 'P256-HKDF-SHA256-AES256GCM', public_key: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) }
}

it('what is prepared before the tap is used for one entry only, also when entries are sealed at once', async () => {
  const [key, other] = [await serverKey(), await serverKey()]
  const content = new TextEncoder().encode('楼道的灯坏了')
  const made: string[] = []
  for (let round = 0; round < 3; round++) {
    prepareSeal(key)
    const sealed = await Promise.all(['a', 'b', 'c'].map((id) => sealEntry(round === 2 ? other : key, id, content)))
    made.push(...sealed.map(({ bytes }) => toBase64url(bytes.slice(0, 65))))
  }
  expect(new Set(made).size).toBe(made.length)
})
