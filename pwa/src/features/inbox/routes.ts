/** What a person should learn of: the volunteer's tab, also without a network, and the committee's page. */
import IconBell from 'icon:bell'
import type { Feature } from '@/app/routes'

export default {
  routes: [
    { path: '/inbox', name: 'inbox', meta: { access: 'phone', texts: ['inbox'], title: 'inbox.title' }, component: () => import('./InboxScreen.vue') },
    { path: '/c/messages', name: 'messages', meta: { access: 'committee', desk: true, texts: ['inbox'], title: 'inbox.title' }, component: () => import('./desk/InboxPage.vue') },
  ],
  nav: [{ route: 'messages', icon: IconBell, text: 'nav.messages', order: 15, count: 'messages' }],
} satisfies Feature
