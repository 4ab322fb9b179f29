/** Who helps whom for longer than one visit: the committee's page, the sheet of one who leaves, and the helper's own. */
import IconPair from 'icon:heart-handshake'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const

export default {
  routes: [
    { path: '/me/pairings', name: 'pairings.mine', meta: { access: 'phone', texts: ['pairing'], title: 'pairing.mine.title' }, component: () => import('./MineScreen.vue') },
    { path: '/c/pairing/:helper/handover', name: 'pairing.handover', meta: { access: 'committee', desk: true, roles, texts: ['pairing', 'visits'], title: 'pairing.handover.title' }, component: () => import('./desk/HandoverPage.vue'), props: true },
    { path: '/c/pairing', name: 'pairing', meta: { access: 'committee', desk: true, roles, texts: ['pairing'], title: 'pairing.title' }, component: () => import('./desk/PairingPage.vue') },
  ],
  nav: [{ route: 'pairing', icon: IconPair, text: 'nav.pairing', group: 'people', order: 85, roles }],
} satisfies Feature
