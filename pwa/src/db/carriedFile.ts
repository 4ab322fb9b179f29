/**
 * What a phone that carries a file can tell of it without being able to open it; the worker uses this
 * too, for a file that another app shared.
 */
import { fromBase64url } from '../sync/canonical'
import type { CarriedRow } from './carried'

export const FORMAT = 'linli-sealed'
export const MOST_ENTRIES = 500
const MOST_FILE = 1024 * 1024

export class NotACarriedFile extends Error {
  override name = 'NotACarriedFile'
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What a carrying phone can tell of a file without being able to open it. Throws NotACarriedFile. */
export async function readCarried(file: Blob, wall: number): Promise<CarriedRow> {
  if (file.size > MOST_FILE) throw new NotACarriedFile('too large')
  const text = (await file.text()).replace(/^\uFEFF/, '')
  let given: Record<string, unknown>
  try {
    given = JSON.parse(text) as Record<string, unknown>
  } catch {
    throw new NotACarriedFile('not JSON')
  }
  const { format, file_id: id, device_id: device, count, sealed } = given ?? {}
  if (
    format !== FORMAT || typeof id !== 'string' || !UUID.test(id) || typeof device !== 'string' || !UUID.test(device) ||
    typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_ENTRIES || typeof sealed !== 'string' || !whole(sealed)
  ) throw new NotACarriedFile('not of this form')
  return { id, device, count, text, addedAt: wall, attempts: 0, refused: null }
}

function whole(sealed: string): boolean {
  try {
    return fromBase64url(sealed).length > 65 + 64
  } catch {
    return false
  }
}
