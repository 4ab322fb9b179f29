/** What the pages of a file share: its shapes and how a document is asked for. */
import { api, request } from '@/api/client'
import type { components } from '@/api/schema'

export type Folder = components['schemas']['Folder']
export type Line = components['schemas']['FolderLine']
export type Block = components['schemas']['SheetBlock']
export type Templates = components['schemas']['Templates']
export type TemplateDocument = components['schemas']['TemplateDocument']
export type TemplateVersion = components['schemas']['TemplateVersion']

export interface Shown { title: string; blocks: Block[] }

export const fileOf = (id: string, document: string, party: string | null): string => `/api/v1/case-files/${id}/documents/${document}/file${party ? `?party_id=${party}` : ''}`

export async function documentOf(id: string, document: string, party: string | null): Promise<Shown | null> {
  const params = { path: { case_id: id, document }, query: party ? { party_id: party } : {} }
  const { data } = await api.GET('/api/v1/case-files/{case_id}/documents/{document}', { params })
  return data ?? null
}

/** A photographed paper as an address the page may show; to be released by the caller. */
export async function photoOf(id: string, paper: string): Promise<string> {
  const answer = await request(`/api/v1/case-files/${id}/papers/${paper}`)
  return URL.createObjectURL(await answer.blob())
}

export function readAs(form: Record<string, string | Blob>): FormData {
  const body = new FormData()
  for (const [name, value] of Object.entries(form)) body.append(name, value)
  return body
}

/** On a narrow screen the sheet stands under the list: whoever asked for it is taken there. */
export function toSheet(sheet: HTMLElement | null): void {
  if (matchMedia('(max-width: 1023px)').matches) sheet?.scrollIntoView()
}
