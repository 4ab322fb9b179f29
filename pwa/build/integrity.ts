/**
 * Gives every file of the precache the hash of its content. The browser itself refuses anything else when a new
 * version is fetched, so that the log-in page of a hotel's Wi-Fi never stands in for a part of the app.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ManifestTransform } from 'workbox-build'

export function withHashes(folder: string): ManifestTransform {
  return (entries) => ({
    manifest: entries.map((entry) => ({
      ...entry,
      integrity: `sha384-${createHash('sha384').update(readFileSync(join(folder, entry.url))).digest('base64')}`,
    })),
  })
}
