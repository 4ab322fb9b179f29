/** A committee's month (recorded, received, counted), and its disputes as 司法所 counts them. */
import IconReport from 'icon:checklist'
import IconDisputes from 'icon:report-analytics'
import type { Feature } from '@/app/routes'

const roles = ['committee_head', 'sysadmin']
/** Behind the wall: they come from the page of their cases. */
const inside = ['mediator', 'committee_head']
const outside = ['committee', 'social_worker', 'civil_affairs_worker', 'township_office', 'county_bureau', 'city_bureau', 'province_office']
const disputes = { access: 'user' as const, desk: true, texts: ['reports', 'mediation'], title: 'reports.disputes.title' }

export default {
  routes: [
    { path: '/c/statement', name: 'statement', meta: { access: 'committee', desk: true, texts: ['reports'], title: 'reports.title', roles }, component: () => import('./desk/StatementPage.vue') },
    { path: '/c/disputes', name: 'disputes', meta: { ...disputes, roles: [...inside, ...outside] }, component: () => import('./desk/DisputesPage.vue') },
    { path: '/c/disputes/list', name: 'disputes.list', meta: { ...disputes, roles: inside }, component: () => import('./desk/DisputesList.vue') },
  ],
  nav: [
    { route: 'statement', icon: IconReport, text: 'nav.statement', group: 'rare', order: 100, roles },
    { route: 'disputes', icon: IconDisputes, text: 'nav.disputes', group: 'quarrels', order: 41, roles: outside },
  ],
} satisfies Feature
