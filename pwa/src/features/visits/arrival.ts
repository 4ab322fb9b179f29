/** How the volunteer came to a home: carried in the address, so that it survives the page being closed. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { CodeMatch } from '@/db/queries'
import type { Evidence } from '@/sync'

export interface Arrival { evidence: Evidence; generation: number | null; taskId: string | null }
const KINDS: readonly Evidence[] = ['qr', 'qr_old', 'short_code', 'photo', 'list']

export function readArrival(query: LocationQuery): Arrival {
  const by = KINDS.find((kind) => kind === query.by) ?? 'list'
  const generation = Number(query.g)
  return { evidence: by, generation: by !== 'list' && Number.isInteger(generation) && generation > 0 ? generation : null, taskId: typeof query.task === 'string' ? query.task : null }
}
export function arrivalQuery(arrival: Arrival): LocationQueryRaw {
  return {
    ...(arrival.taskId ? { task: arrival.taskId } : {}),
    ...(arrival.evidence === 'list' ? {} : { by: arrival.evidence }),
    ...(arrival.generation === null ? {} : { g: String(arrival.generation) }),
  }
}
/** A photo of the code is said as such, unless it shows an older code, which matters more. */
export function matchArrival(match: CodeMatch, photo: boolean): Arrival {
  return { evidence: photo && match.evidence === 'qr' ? 'photo' : match.evidence, generation: match.generation, taskId: null }
}
