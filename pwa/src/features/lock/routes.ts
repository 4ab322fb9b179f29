/** The lock itself stands before the screens (app/App.vue); changing its digits is a screen behind it. */
import type { Feature } from '@/app/routes'

export default {
  routes: [{ path: '/me/pin', name: 'lock.change', meta: { access: 'phone', texts: ['lock'], title: 'lock.change' }, component: () => import('./ChangePin.vue') }],
} satisfies Feature
