/** The committee takes in files that volunteers carried for phones without a network. */
import IconCarried from 'icon:package-import'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const

export default {
  routes: [{ path: '/c/carried', name: 'carried', meta: { access: 'committee', roles, desk: true, texts: ['carrying'], title: 'carrying.title' }, component: () => import('./desk/TakeIn.vue') }],
  nav: [{ route: 'carried', icon: IconCarried, text: 'nav.carried', group: 'rare', order: 55, roles }],
} satisfies Feature
