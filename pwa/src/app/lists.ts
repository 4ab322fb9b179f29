/** What the shared tools of every list reach the server by, and the wish to take a list out that the frame then asks about. */
import { ref } from 'vue'
import { api } from '@/api/client'
import { sentence } from '@/api/errors'
import { hasRole, mainArea } from '@/api/session'
import type { components } from '@/api/schema'
import type { Filters, Lists } from '@/ui/lists'

export type Paper = components['schemas']['ExportRequest']['paper']
export interface Wish { paper: Paper; filters: Filters; form: 'xlsx' | 'pdf'; area?: string }
export const wish = ref<Wish | null>(null)
const COMMITTEE = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const
/** They see counts and take counts out, and no list of people. */
const OFFICES = ['township_office', 'county_bureau', 'city_bureau', 'province_office'] as const
const area = () => mainArea.value ?? ''

/** What was not chosen is left out: the server reads a blank as a wrong word. */
function said(filters: Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '' && value !== null && value !== undefined))
}

export const lists: Lists = {
  mayTakeOut: (paper) => hasRole(...COMMITTEE) || (paper === 'disputes' && hasRole('mediator', ...OFFICES)),
  mayKeep: () => hasRole('grid_worker', ...COMMITTEE),
  takeOut: (paper, filters, form, area) => { wish.value = { paper: paper as Paper, filters: said(filters), form, area } },
  async kept(paper) {
    if (!lists.mayKeep()) return []
    return (await api.GET('/api/v1/lists/filters', { params: { query: { paper: paper as Paper, area_id: area() } } })).data ?? []
  },
  async keep(paper, name, filters, shared, first) {
    await api.POST('/api/v1/lists/filters', { body: { paper: paper as Paper, area_id: area(), name, filters: said(filters), shared, first } })
  },
  async drop(id) { await api.DELETE('/api/v1/lists/filters/{filter_id}', { params: { path: { filter_id: id } } }) },
  sentence,
}
