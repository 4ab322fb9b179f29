/**
 * Makes the app's own carried file for the server's tests, from a key and entries that they give:
 *   node carried.mjs '{"seal":{…},"device_id":"…","key":{private JWK},"mutations":[…]}'
 */
import type { SealKey, Mutation } from '../wire'
import { sealEntry } from '../../db/seal'
import { sealedFiles } from '../courier'

const given = JSON.parse(process.argv[2] ?? '{}') as { seal: SealKey; device_id: string; key: JsonWebKey; mutations: Mutation[] }
const key = await crypto.subtle.importKey('jwk', given.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const entries = await Promise.all(given.mutations.map(async ({ device_seq: seq, ...content }) => {
  const { keyId, bytes } = await sealEntry(given.seal, content.mutation_id, new TextEncoder().encode(JSON.stringify(content)))
  return { id: content.mutation_id, seq, keyId, sealed: bytes }
}))
const [file] = await sealedFiles({ deviceId: given.device_id, seal: given.seal, key, entries, unsealed: 0 }, Date.now())
process.stdout.write((await file?.text()) ?? '')
