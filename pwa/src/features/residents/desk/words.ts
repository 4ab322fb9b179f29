/** The register's closed words, and who may change it. */
import { computed } from 'vue'
import { hasRole } from '@/api/session'
import { t } from '@/i18n'
import type { components } from '@/api/schema'

export type Resident = components['schemas']['Resident']
export type ResidentRow = components['schemas']['ResidentRow']
export type Household = components['schemas']['HouseholdDetail']

export const RELATIONS = ['head', 'spouse', 'son', 'daughter', 'daughter_in_law', 'son_in_law', 'father', 'mother', 'grandson', 'granddaughter', 'other_relative', 'tenant'] as const
export const STATUSES = ['active', 'moved_out', 'deceased'] as const
/** Categories that may be chosen by hand here; the restricted ones are entered by named people elsewhere. */
export const CARE = ['dibao', 'dibao_margin', 'rigid_expense', 'low_income', 'tekun', 'returned_to_poverty', 'poverty_monitored', 'empty_nest_elder', 'living_alone_elder', 'left_behind_elder', 'left_behind_woman', 'left_behind_child', 'incapacitated_elder', 'bereaved_family', 'child_in_difficulty', 'orphan', 'unattended_child', 'disabled', 'severely_disabled', 'relocated_household', 'floating', 'veteran'] as const

export const mayWrite = computed(() => hasRole('committee', 'committee_head', 'social_worker', 'civil_affairs_worker'))
export function relationWords(relation: string | null | undefined): string {
  return relation ? t(`residents.relation.${relation}`) : ''
}
export function careWords(row: Pick<Resident, 'care_categories'>): string[] {
  return row.care_categories.map(({ category }) => t(`residents.care.${category}`))
}
