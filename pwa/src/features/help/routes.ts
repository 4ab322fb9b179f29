/** Help: what a volunteer asks most, on the phone and without a network. */
import type { Feature } from '@/app/routes'

const meta = { access: 'public' as const, texts: ['help'], title: 'help.title' }

export default {
  routes: [
    { path: '/help', name: 'help', meta, component: () => import('./HelpScreen.vue') },
    { path: '/help/:id', name: 'help.one', meta, component: () => import('./AnswerScreen.vue'), props: true },
  ],
} satisfies Feature
