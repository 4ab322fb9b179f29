/** Risk patrols: recorded on the phone with or without a network, followed at the desk until nothing of them is left. */
import IconPatrol from 'icon:shield-search'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const
const phone = { access: 'phone' as const, texts: ['patrols'] }
const desk = { access: 'committee' as const, desk: true, roles, texts: ['patrols'] }

export default {
  routes: [
    { path: '/patrol/:id', name: 'patrols.one', meta: { ...phone, title: 'patrols.title' }, component: () => import('./PatrolScreen.vue'), props: true },
    { path: '/patrol/:id/:kind(dispute|hazard)', name: 'patrols.record', meta: { ...phone, title: 'patrols.title' }, component: () => import('./FindingForm.vue'), props: true },
    { path: '/c/patrols', name: 'patrols', meta: { ...desk, title: 'patrols.title' }, component: () => import('./desk/PatrolsPage.vue') },
    { path: '/c/patrols/plan', name: 'patrols.plan', meta: { ...desk, title: 'patrols.plan' }, component: () => import('./desk/PlanPage.vue') },
    { path: '/c/patrols/findings/:id', name: 'patrols.finding', meta: { ...desk, texts: ['patrols', 'concerns'], title: 'patrols.finding' }, component: () => import('./desk/FindingPage.vue'), props: true },
  ],
  nav: [{ route: 'patrols', icon: IconPatrol, text: 'nav.patrols', group: 'quarrels', order: 32, roles, count: 'patrols' }],
} satisfies Feature
