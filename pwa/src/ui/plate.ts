/** What a door plate shows: building and unit over the room, or a house without them. */
export interface Plate {
  building?: string | null
  unit?: string | null
  room?: string | null
  house?: string | null
}
