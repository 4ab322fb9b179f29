/** Follows one upload from sending to its preview, and does what can be done with it. */
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { api, download, request } from '@/api/client'
import { sentence } from '@/api/errors'
import { locale } from '@/i18n'
import type { components } from '@/api/schema'

export type RosterImport = components['schemas']['RosterImport']
export type RosterRow = components['schemas']['RosterRow']

const ASK_EVERY_MS = 400

export function useReading() {
  const record = shallowRef<RosterImport | null>(null)
  const sending = ref<string | null>(null)
  const problem = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let gone = false
  onBeforeUnmount(() => { gone = true; clearTimeout(timer) })

  async function send(file: File, asOf: string, areaId: string | null): Promise<string | null> {
    problem.value = null
    record.value = null
    sending.value = file.name
    const body = new FormData()
    body.append('file', file)
    if (asOf) body.append('reference_date', asOf)
    if (areaId) body.append('area_id', areaId)
    try {
      const answer = await request('/api/v1/roster-imports/', { method: 'POST', body })
      record.value = (await answer.json()) as RosterImport
      follow()
      return record.value.id
    } catch (thrown) {
      problem.value = sentence(thrown)
      return null
    } finally {
      sending.value = null
    }
  }
  async function open(id: string) {
    problem.value = null
    try {
      const { data } = await api.GET('/api/v1/roster-imports/{import_id}', { params: { path: { import_id: id } } })
      record.value = data ?? null
      follow()
    } catch (thrown) {
      problem.value = sentence(thrown)
    }
  }
  function follow() {
    clearTimeout(timer)
    const id = record.value?.id
    if (!gone && id && record.value?.state === 'reading') timer = setTimeout(() => { void open(id) }, ASK_EVERY_MS)
  }
  async function take() {
    if (!record.value) return
    const { data } = await api.POST('/api/v1/roster-imports/{import_id}/confirm', { params: { path: { import_id: record.value.id } } })
    if (data) record.value = data
  }
  async function undo(id: string): Promise<RosterImport | undefined> {
    const { data } = await api.POST('/api/v1/roster-imports/{import_id}/undo', { params: { path: { import_id: id } } })
    if (data && record.value?.id === id) record.value = data
    return data
  }
  async function discard() {
    const id = record.value?.id
    clearTimeout(timer)
    if (id) await api.POST('/api/v1/roster-imports/{import_id}/discard', { params: { path: { import_id: id } } }).catch(() => undefined)
    record.value = null
    problem.value = null
  }
  async function fixList() {
    const one = record.value
    if (one) await download(`/api/v1/roster-imports/${one.id}/refused.xlsx`, `${one.file_name}.xlsx`)
  }
  return { record, sending, problem, send, open, take, undo, discard, fixList }
}
/** Why a file was not read, in the language of the page. */
export function refusalWords(one: RosterImport): string {
  return (locale.value === 'en' ? one.message_en : one.message) ?? ''
}
