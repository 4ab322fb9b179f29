/** The lock itself stands before the screens (app/App.vue); changing its digits, or what opens it, are screens behind it. */
import type { Feature } from '@/app/routes'

export default {
  routes: [
    { path: '/me/pin', name: 'lock.change', meta: { access: 'phone', texts: ['lock'], title: 'lock.change' }, component: () => import('./ChangePin.vue') },
    { path: '/me/phone-lock', name: 'lock.phone', meta: { access: 'phone', texts: ['lock'], title: 'lock.phone' }, component: () => import('./PhoneLock.vue') },
  ],
} satisfies Feature
