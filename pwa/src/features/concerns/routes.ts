/** The committee's side of concerns; the resident's pages are written by the server and need no app. */
import IconConcern from 'icon:message'
import type { Feature } from '@/app/routes'

const meta = { access: 'committee' as const, desk: true, texts: ['concerns'] }

export default {
  routes: [
    { path: '/concerns', name: 'concerns', meta: { ...meta, title: 'nav.concerns' }, component: () => import('./desk/ConcernsScreen.vue') },
    { path: '/concerns/:id', name: 'concerns.one', meta: { ...meta, title: 'nav.concerns' }, component: () => import('./desk/ConcernScreen.vue'), props: true },
  ],
  nav: [{ route: 'concerns', icon: IconConcern, text: 'nav.concerns', order: 30, count: 'concerns', roles: ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] }],
} satisfies Feature
