/** The committee's page of who helps whom for longer than one visit. */
import IconPair from 'icon:heart-handshake'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const

export default {
  routes: [{ path: '/c/pairing', name: 'pairing', meta: { access: 'committee', desk: true, roles, texts: ['pairing'], title: 'pairing.title' }, component: () => import('./desk/PairingPage.vue') }],
  nav: [{ route: 'pairing', icon: IconPair, text: 'nav.pairing', order: 85, roles }],
} satisfies Feature
