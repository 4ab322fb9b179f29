/** How often who is visited, by which rule, and what came of it this month. */
import IconCadence from 'icon:calendar-repeat'
import type { Feature } from '@/app/routes'

const care = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker']
const roles = [...care, 'township_office', 'county_bureau', 'city_bureau', 'province_office']
const meta = { access: 'committee' as const, desk: true, texts: ['cadence', 'residents'] }

export default {
  routes: [
    { path: '/c/cadence', name: 'cadence', meta: { ...meta, roles, title: 'cadence.title' }, component: () => import('./desk/CadencePage.vue') },
    { path: '/c/cadence/figure/:figure', name: 'cadence.figure', meta: { ...meta, roles: care, title: 'cadence.list_title' }, component: () => import('./desk/FigureList.vue'), props: true },
  ],
  nav: [{ route: 'cadence', icon: IconCadence, text: 'nav.cadence', group: 'visits', order: 25, roles }],
} satisfies Feature
