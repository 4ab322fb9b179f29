/**
 * Waiting entries as files that somebody can carry (PROTOCOL.md, K1-K8). The phone signs what it then
 * seals to the server, so a carrier learns how many entries there are and nothing else, and nobody can
 * make such a file in this phone's name.
 */
import { sha256Hex, toBase64url } from './canonical'
import { FORMAT, MOST_ENTRIES } from '../db/carriedFile'
import type { Handover, SealedEntry } from '../db/handover'
import { sealTo } from '../db/seal'

const VERSION = 1
/** The server takes a megabyte; what is sealed grows by four fifths on the way into the file. */
const MOST_BYTES = 400 * 1024
/** For whoever opens the file out of curiosity. */
const READ_ME = '邻里守望：这里是封好的走访记录，谁也看不到里面。请原样交给居委会，或者任何一位志愿者。 Linli: sealed visit entries. Please hand this file on as it is.'

export async function sealedFiles(from: Handover, wall: number): Promise<File[]> {
  return Promise.all(parts(from.entries).map((entries) => sealedFile(from, entries, wall)))
}

function parts(entries: SealedEntry[]): SealedEntry[][] {
  const made: SealedEntry[][] = []
  let bytes = Infinity
  for (const entry of entries) {
    const last = made.at(-1)
    if (last && last.length < MOST_ENTRIES && bytes + entry.sealed.length <= MOST_BYTES) {
      last.push(entry)
      bytes += entry.sealed.length
    } else {
      made.push([entry])
      bytes = entry.sealed.length
    }
  }
  return made
}

async function sealedFile(from: Handover, entries: SealedEntry[], wall: number): Promise<File> {
  const file_id = crypto.randomUUID()
  const key_id = from.seal.key_id
  const inner = new TextEncoder().encode(JSON.stringify({
    entries: entries.map(({ id, seq, keyId, sealed }) => ({ mutation_id: id, device_seq: seq, key_id: keyId, sealed: toBase64url(sealed) })),
  }))
  const said = [FORMAT, VERSION, file_id, from.deviceId, key_id, entries.length, await sha256Hex(inner)].join('|')
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, from.key, new TextEncoder().encode(said))
  const plain = new Uint8Array(signature.byteLength + inner.length)
  plain.set(new Uint8Array(signature))
  plain.set(inner, signature.byteLength)
  const sealed = await sealTo(from.seal, `linli courier v1|${key_id}|${file_id}`, plain)
  const file = {
    format: FORMAT, version: VERSION, read_me: READ_ME, file_id, device_id: from.deviceId, key_id, count: entries.length, sealed: toBase64url(sealed),
  }
  // Plain text by name and kind: the one thing every browser lets a page share.
  return new File([JSON.stringify(file)], `linli-${file_id.slice(0, 8)}.txt`, { type: 'text/plain', lastModified: wall })
}
