/** Roles by the names people use for them. */
import { t } from '@/i18n'
import type { components } from '@/api/schema'

export type Role = components['schemas']['Invite']['role']
/** What each role may give, as the server has it; the server decides, this only fills the choice. */
const LOWER: Role[] = ['volunteer', 'building_head', 'grid_worker', 'party_member', 'mediator', 'child_director']
const OFFICE: Role[] = ['committee', 'social_worker', 'civil_affairs_worker']
export function rolesToGive(held: readonly string[]): Role[] {
  if (held.includes('sysadmin')) return [...LOWER, ...OFFICE, 'committee_head', 'auditor', 'sysadmin']
  if (held.includes('committee_head')) return [...LOWER, ...OFFICE, 'committee_head']
  return LOWER
}
export function roleWord(role: string | undefined): string {
  return role ? t(`accounts.role.${role}`) : ''
}
