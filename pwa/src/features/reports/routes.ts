/** A committee's month: recorded, received, counted. */
import IconReport from 'icon:checklist'
import type { Feature } from '@/app/routes'

const roles = ['committee_head', 'sysadmin']

export default {
  routes: [{ path: '/c/statement', name: 'statement', meta: { access: 'committee', desk: true, texts: ['reports'], title: 'reports.title', roles }, component: () => import('./desk/StatementPage.vue') }],
  nav: [{ route: 'statement', icon: IconReport, text: 'nav.statement', order: 100, roles }],
} satisfies Feature
