/**
 * Waiting entries as one file that somebody can carry: each sealed to the server's key on
 * its own, so the carrier learns how many there are and nothing else.
 */
import { toBase64url } from './canonical'
import type { Meta } from './engine/state'
import type { StateRow } from '../db/moves'

export function sealedFile(meta: Meta, waiting: { state: StateRow; keyId: string; sealed: Uint8Array }[]): Blob {
  const file = {
    format: 'linli-sealed', version: 1, device_id: meta.deviceId, epoch: meta.epoch,
    entries: waiting.map(({ state, keyId, sealed }) => ({
      mutation_id: state.id, device_seq: state.seq, key_id: keyId, sealed: toBase64url(sealed),
    })),
  }
  return new Blob([JSON.stringify(file)], { type: 'application/json' })
}
