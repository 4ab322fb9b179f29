/** Importing a roster: its entry in the side bar belongs to the register. */
import type { Feature } from '@/app/routes'

export default {
  routes: [
    { path: '/c/roster/import', name: 'roster.import', meta: { access: 'committee', desk: true, texts: ['roster', 'residents'], title: 'roster.title' }, component: () => import('./desk/ImportPage.vue') },
    { path: '/c/roster/import/:id', name: 'roster.import.one', meta: { access: 'committee', desk: true, texts: ['roster', 'residents'], title: 'roster.title' }, component: () => import('./desk/ImportPage.vue'), props: true },
  ],
} satisfies Feature
