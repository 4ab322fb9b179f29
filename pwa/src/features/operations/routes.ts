/** What the server does by itself, and its backups, for the administrator. */
import IconServer from 'icon:server-2'
import type { Feature } from '@/app/routes'

const roles = ['sysadmin']

export default {
  routes: [{ path: '/c/operations', name: 'operations', meta: { access: 'committee', desk: true, texts: ['operations'], title: 'operations.title', roles }, component: () => import('./desk/OperationsPage.vue') }],
  nav: [{ route: 'operations', icon: IconServer, text: 'nav.operations', group: 'rare', order: 125, roles }],
} satisfies Feature
