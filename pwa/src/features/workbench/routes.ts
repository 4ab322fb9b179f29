/** The committee's first page: who needs somebody today. */
import IconToday from 'icon:calendar-check'
import type { Feature } from '@/app/routes'

export default {
  routes: [{ path: '/c/today', name: 'workbench', meta: { access: 'committee', desk: true, texts: ['workbench'], title: 'workbench.title' }, component: () => import('./desk/Workbench.vue') }],
  nav: [{ route: 'workbench', icon: IconToday, text: 'nav.today', order: 10 }],
} satisfies Feature
