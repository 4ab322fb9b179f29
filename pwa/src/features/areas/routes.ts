/** The tree of divisions with grids and buildings, for who keeps it. */
import IconTree from 'icon:sitemap'
import type { Feature } from '@/app/routes'

const roles = ['committee_head', 'committee', 'social_worker', 'civil_affairs_worker', 'sysadmin']

export default {
  routes: [{ path: '/c/areas/:code?', name: 'areas', meta: { access: 'committee', desk: true, texts: ['areas'], title: 'areas.title', roles }, component: () => import('./desk/AreasPage.vue'), props: true }],
  nav: [{ route: 'areas', icon: IconTree, text: 'nav.areas', group: 'rare', order: 122, roles: ['committee_head', 'sysadmin'] }],
} satisfies Feature
