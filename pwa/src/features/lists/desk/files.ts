/** A file that was made, fetched by POST so that its id in an address gives nothing away. */
import { download } from '@/api/client'
import type { components } from '@/api/schema'

export type Export = components['schemas']['Export']

export function fetchFile(one: Export): Promise<void> {
  return download(`/api/v1/lists/exports/${one.id}/file`, `${one.title}.${one.form}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })
}
