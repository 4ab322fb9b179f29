/** Lists that leave the screens. */
import IconFile from 'icon:file-spreadsheet'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker']
/** Whoever reads the statistics of disputes takes them out. */
const counts = ['mediator', 'township_office', 'county_bureau', 'city_bureau', 'province_office']

export default {
  routes: [{ path: '/c/lists', name: 'lists', meta: { access: 'user', desk: true, roles: [...roles, ...counts], texts: ['lists'], title: 'lists.title' }, component: () => import('./desk/ListsPage.vue') }],
  nav: [{ route: 'lists', icon: IconFile, text: 'nav.lists', group: 'rare', order: 102, roles }],
} satisfies Feature
