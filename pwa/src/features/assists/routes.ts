/** Help asked and given, for people whom another office looks after: the committee's named contact alone. */
import IconHelp from 'icon:heart-handshake'
import type { Feature } from '@/app/routes'

const roles = ['committee_contact'] as const

export default {
  routes: [{ path: '/c/assists', name: 'assists', meta: { access: 'user', roles, desk: true, texts: ['assists'], title: 'assists.title' }, component: () => import('./desk/AssistsPage.vue') }],
  nav: [{ route: 'assists', icon: IconHelp, text: 'nav.assists', group: 'quarrels', order: 53, roles }],
} satisfies Feature
