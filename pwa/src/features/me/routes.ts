/** The person's own page, for everybody who logs in. */
import type { Feature } from '@/app/routes'

export default {
  routes: [{ path: '/me', name: 'me', meta: { access: 'public', texts: ['me'], title: 'me.title' }, component: () => import('./MeScreen.vue') }],
} satisfies Feature
