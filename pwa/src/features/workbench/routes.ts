/** The committee's first page: who needs somebody today. */
import IconToday from 'icon:calendar-check'
import type { Feature } from '@/app/routes'

export default {
  routes: [
    { path: '/c/today', name: 'workbench', meta: { access: 'committee', desk: true, texts: ['workbench'], title: 'workbench.title' }, component: () => import('./desk/Workbench.vue') },
    { path: '/c/calls', name: 'workbench.calls', meta: { access: 'committee', desk: true, roles: ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'], texts: ['workbench'], title: 'workbench.call_list' }, component: () => import('./desk/CallList.vue') },
  ],
  nav: [{ route: 'workbench', icon: IconToday, text: 'nav.today', order: 10 }],
} satisfies Feature
