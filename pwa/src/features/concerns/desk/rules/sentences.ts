/** A committee's ready sentences: read once a page, kept and taken out by whoever answers. */
import { ref } from 'vue'
import { api } from '@/api/client'
import { mainArea } from '@/api/session'
import type { components } from '@/api/schema'

export type Sentence = components['schemas']['TemplateRow']
export type Category = NonNullable<Sentence['category']>

export function useSentences() {
  const sentences = ref<Sentence[]>([])

  async function read() {
    if (!mainArea.value) return
    sentences.value = (await api.GET('/api/v1/concern-rules/templates', { params: { query: { area_id: mainArea.value } } })).data ?? []
  }
  /** Keeps a new one, or changes the one with this id. */
  async function keep(text: string, category: Category | null, id: string | null = null) {
    if (id) await api.PUT('/api/v1/concern-rules/templates/{template_id}', { params: { path: { template_id: id } }, body: { text, category } })
    else if (mainArea.value) await api.POST('/api/v1/concern-rules/templates', { body: { area_id: mainArea.value, text, category } })
    await read()
  }
  async function retire(id: string) {
    await api.POST('/api/v1/concern-rules/templates/{template_id}/retire', { params: { path: { template_id: id } } })
    await read()
  }
  return { sentences, read, keep, retire }
}
/** Those of a kind first, then those for every kind. */
export function offered(all: readonly Sentence[], category: string): Sentence[] {
  return [...all.filter((one) => one.category === category), ...all.filter((one) => !one.category)]
}
