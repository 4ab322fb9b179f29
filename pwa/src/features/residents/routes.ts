/** The register: everybody in a list, and one household. */
import IconUsers from 'icon:users'
import type { Feature } from '@/app/routes'

const meta = { access: 'committee' as const, desk: true, texts: ['residents'] }
const READERS = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker', 'grid_worker']
const KEEPERS = READERS.filter((role) => role !== 'grid_worker')
const changes = ['residents', 'household_changes']

export default {
  routes: [
    { path: '/c/roster', name: 'roster', meta: { ...meta, roles: READERS, title: 'residents.title' }, component: () => import('./desk/RosterList.vue') },
    { path: '/c/roster/home/:id', name: 'roster.household', meta: { ...meta, texts: ['residents', 'cadence', 'household_changes'], roles: READERS, title: 'residents.home' }, component: () => import('./desk/HouseholdPage.vue'), props: true },
    { path: '/c/roster/home/:id/timeline', name: 'roster.timeline', meta: { ...meta, texts: ['residents', 'cadence', 'household_changes', 'timeline'], roles: READERS, title: 'timeline.title' }, component: () => import('./desk/TimelinePage.vue'), props: true },
    { path: '/c/roster/doubles', name: 'roster.doubles', meta: { ...meta, texts: changes, roles: KEEPERS, title: 'household_changes.doubles' }, component: () => import('./desk/DoublesPage.vue') },
    { path: '/c/roster/doubles/:one/:other', name: 'roster.beside', meta: { ...meta, texts: changes, roles: KEEPERS, title: 'household_changes.compare_title' }, component: () => import('./desk/BesidePage.vue'), props: true },
  ],
  nav: [{ route: 'roster', icon: IconUsers, text: 'nav.roster', group: 'people', order: 60, roles: READERS }],
} satisfies Feature
