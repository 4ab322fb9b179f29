/** The side bar's entries, given by the app so that the shell need not know any feature. */
import type { InjectionKey } from 'vue'
import type { Icon } from '@/ui/drawIcon'

/** In the order in which they stand. */
export const NAV_GROUPS = ['visits', 'quarrels', 'people', 'rare'] as const
export type NavGroup = (typeof NAV_GROUPS)[number]
export interface SideEntry { route: string; group?: NavGroup; icon: Icon; text: string; roles?: readonly string[]; count?: string }
export interface DeskContext { entries: readonly SideEntry[]; user: () => { name: string; area: string } | null; allowed: (roles?: readonly string[]) => boolean; /** opens the box that searches everywhere */ find: () => void }
export const DESK: InjectionKey<DeskContext> = Symbol('desk')
