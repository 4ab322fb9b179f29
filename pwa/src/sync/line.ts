/**
 * What sync needs of whoever is at the other end, and nothing of how they are reached. `transport.ts` is the line to
 * the server; the practice village brings one of its own that ends on the same page.
 */
import { PROTOCOL } from './wire'
import type { RawAnswer } from './engine/events'
import type { ProofMaker } from './index'

/** An answer to one request of an upload. */
export interface Piece {
  status: number
  header: (name: string) => string | null
  /** The refusal's code, if it is one of ours. */
  code: string
}

export interface Line {
  enrol(publicJwk: JsonWebKey, label: string): Promise<RawAnswer>
  /** `bare`: this phone was taken out of use and has no log-in any more; its key alone says who hands in. */
  push(request: object, maxBytes: number, how: { left: string; bare: boolean }): Promise<RawAnswer>
  pull(cursor: string | null, left: string): Promise<RawAnswer>
  scope(): Promise<RawAnswer>
  /** One request of a photo's upload; null when nothing came back. The upload's own headers are the caller's. */
  piece(method: string, url: string, more: Record<string, string>, body: Blob | null, abort: AbortController): Promise<Piece | null>
  /** A file carried for somebody else, as it came; left out where nothing is carried. */
  courier?(text: string): Promise<RawAnswer>
  /** Headers showing that this device holds its key, over exactly this body and the last nonce given. */
  readonly proof: ProofMaker
  /** Whether there is a signal; left out where the browser knows. */
  connected?(): boolean
}

export class Oversize extends Error {
  constructor(readonly bytes: number) {
    super('batch is larger than one request may be')
  }
}

export function pushBody(
  fields: { deviceId: string; epoch: string; batchId: string; appVersion: string; wantPull: boolean; cursor: string | null },
  mutations: object[],
): object {
  return {
    protocol: PROTOCOL, device_id: fields.deviceId, epoch: fields.epoch, batch_id: fields.batchId, app_version: fields.appVersion,
    ...(fields.wantPull ? { want_pull: true, cursor: fields.cursor } : {}), mutations,
  }
}
