/** Lists that leave the screens. */
import IconFile from 'icon:file-spreadsheet'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker']

export default {
  routes: [{ path: '/c/lists', name: 'lists', meta: { access: 'committee', desk: true, roles, texts: ['lists'], title: 'lists.title' }, component: () => import('./desk/ListsPage.vue') }],
  nav: [{ route: 'lists', icon: IconFile, text: 'nav.lists', group: 'rare', order: 102, roles }],
} satisfies Feature
