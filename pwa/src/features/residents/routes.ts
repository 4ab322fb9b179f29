/** The register: everybody in a list, and one household. */
import IconUsers from 'icon:users'
import type { Feature } from '@/app/routes'

const meta = { access: 'committee' as const, desk: true, texts: ['residents'] }
const READERS = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker', 'grid_worker']

export default {
  routes: [
    { path: '/c/roster', name: 'roster', meta: { ...meta, roles: READERS, title: 'residents.title' }, component: () => import('./desk/RosterList.vue') },
    { path: '/c/roster/home/:id', name: 'roster.household', meta: { ...meta, texts: ['residents', 'cadence'], roles: READERS, title: 'residents.home' }, component: () => import('./desk/HouseholdPage.vue'), props: true },
  ],
  nav: [{ route: 'roster', icon: IconUsers, text: 'nav.roster', order: 60, roles: READERS }],
} satisfies Feature
