/** Printing the codes that hang on doors. */
import IconCode from 'icon:qrcode'
import type { Feature } from '@/app/routes'

const PRINTERS = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const

export default {
  routes: [{ path: '/door-codes', name: 'door_codes', meta: { access: 'committee', desk: true, texts: ['door_codes'], title: 'nav.door_codes', roles: PRINTERS }, component: () => import('./desk/DoorCodesScreen.vue') }],
  nav: [{ route: 'door_codes', icon: IconCode, text: 'nav.door_codes', group: 'people', order: 70, roles: PRINTERS }],
} satisfies Feature
