/** Who agreed to what about a child: for the children's director, the head, and the civil-affairs worker. */
import IconConsent from 'icon:circle-check'
import type { Feature } from '@/app/routes'

const committee = ['committee_head', 'civil_affairs_worker'] as const
const meta = { access: 'user' as const, roles: ['child_director', ...committee], desk: true, texts: ['consents'] }

export default {
  routes: [
    { path: '/c/consents', name: 'consents', meta: { ...meta, title: 'consents.title' }, component: () => import('./desk/ConsentsPage.vue') },
    { path: '/c/consents/:id', name: 'consents.child', meta: { ...meta, title: 'consents.title' }, component: () => import('./desk/ConsentChild.vue'), props: true },
  ],
  nav: [{ route: 'consents', icon: IconConsent, text: 'nav.consents', group: 'rare', order: 62, roles: meta.roles }],
} satisfies Feature
