/**
 * Makes an entry out of what a person did: its own id, the moment as the phone showed it, what
 * is known of the phone's clock, and a hash over one canonical text of its content.
 */
import { canonical, sha256Hex } from './canonical'
import { offsetNow } from './engine/clock'
import type { Stamp } from './engine/events'
import type { Meta } from './engine/state'
import type { MutationName, MutationPayloads, Uuid } from './wire'
import type { Entry } from '../db/store'

/** Raised together with the payload's shape; the server keeps a converter for each older one. */
export const SCHEMAS: Record<MutationName, number> = {
  'visit.record': 1, 'visit.amend': 1, 'task.claim': 1, 'task.decline': 1, 'task.hand_over': 1, 'task.report': 1, 'message.read': 1,
  'duty_report.record': 1, 'patrol.finding': 1, 'patrol.report': 1, 'mediation.follow_up': 1, 'consent.give': 1, 'consent.withdraw': 1,
}

export interface About {
  entityId: Uuid
  baseVersion?: number | undefined
  dependsOn?: Uuid[] | undefined
}

export async function makeEntry<N extends MutationName>(
  name: N, args: MutationPayloads[N], about: About, clock: Meta['clock'], now: Stamp,
): Promise<Entry> {
  // A copy: what the form does to its object after this moment is not part of the entry.
  const payload = JSON.parse(JSON.stringify(args)) as Record<string, unknown>
  return {
    mutation_id: now.uuid, type: name, schema: SCHEMAS[name], entity_id: about.entityId,
    ...(about.baseVersion === undefined ? {} : { base_version: about.baseVersion }),
    depends_on: about.dependsOn ?? [], payload, occurred_at_device: new Date(now.wall).toISOString(),
    tz_offset: 0 - new Date(now.wall).getTimezoneOffset(),
    clock: { boot_id: now.bootId, monotonic_ms: Math.round(now.mono), offset_ms: offsetNow(clock, now) },
    hash: await sha256Hex(canonical(payload)),
  }
}
