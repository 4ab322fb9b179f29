/** The village's own page; the screens one practises on are the real ones. */
import type { Feature } from '@/app/routes'
import { practising } from '@/device/practising'

export default {
  routes: practising
    ? [{ path: '/village', name: 'practice', meta: { access: 'phone', texts: ['practice'], title: 'practice.title' }, component: () => import('./VillageScreen.vue') }]
    : [],
} satisfies Feature
