/**
 * What a door's code means while the lists are withheld: that it is one of my homes, by its
 * number and nothing else. Kept apart from the lists, under the profile's own key, so that a
 * visit can be recorded behind a scanned door when no name may be read.
 */
import { isBeginningOf } from './codes'
import type { Replica } from './replica'
import type { HouseholdRow } from './rows'
import type { Uuid } from '../sync/wire'

interface Known { household: Uuid; area: string; generation: number; state: 'current' | 'old' }
interface Content { areas: { id: string; codeKey: string }[]; codes: [hash: string, known: Known][] }

/** Signs that every held hash has at least (codes.ts). */
const SHORTEST = 24

export class Doors {
  static readonly none = new Doors({ areas: [], codes: [] })
  private readonly codes: Map<string, [hash: string, known: Known]>
  private readonly homes: Map<Uuid, string>
  readonly areas: Content['areas']

  private constructor(content: Content) {
    this.areas = content.areas
    this.codes = new Map(content.codes.map((code) => [code[0].slice(0, SHORTEST), code]))
    this.homes = new Map(content.codes.map(([, known]) => [known.household, known.area]))
  }

  static of(replica: Replica): Content {
    return {
      areas: replica.rows('area').map((area) => ({ id: area.id, codeKey: area.code_key })),
      codes: replica.rows('household').flatMap((home) => (home.codes ?? []).flatMap((code) =>
        [code.t, code.s].map((hash): [string, Known] => [hash, { household: home.id, area: home.area_id, generation: code.g, state: code.state }]))),
    }
  }

  static from(content: unknown): Doors {
    return content ? new Doors(content as Content) : Doors.none
  }

  /** `hash` is whole; what is held of it may be its beginning. */
  known(hash: string): Known | null {
    const [held, known] = this.codes.get(hash.slice(0, SHORTEST)) ?? ['', null]
    return isBeginningOf(held, hash) ? known : null
  }

  /** A home of mine without anything that describes it; null for any other. */
  home(id: Uuid): HouseholdRow | null {
    const area = this.homes.get(id)
    return area === undefined ? null : {
      id, area_id: area, plate: { building: null, unit: null, room: null, house: null }, address: '', display_name: '',
      people: [], contacts: [], agreed: [], notes: [], last_contact: null, last_contact_days: null, codes: [],
    }
  }
}
