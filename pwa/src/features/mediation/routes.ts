/** Mediation: the mediators' desk, open to them and the committee head alone, and the follow-up on the phone. */
import IconScales from 'icon:scale'
import type { Feature } from '@/app/routes'

const inside = ['mediator', 'committee_head'] as const
const asking = [...inside, 'committee', 'social_worker', 'civil_affairs_worker', 'township_office'] as const
const desk = { access: 'user' as const, desk: true, texts: ['mediation'], title: 'nav.mediation' }

export default {
  routes: [
    { path: '/c/mediation', name: 'mediation', meta: { ...desk, roles: inside }, component: () => import('./desk/CasesScreen.vue') },
    { path: '/c/mediation/looks', name: 'mediation.looks', meta: { ...desk, roles: asking }, component: () => import('./desk/LooksScreen.vue') },
    { path: '/c/mediation/:id', name: 'mediation.one', meta: { ...desk, roles: asking }, component: () => import('./desk/CaseScreen.vue'), props: true },
    { path: '/look-again/:task', name: 'mediation.follow_up', meta: { access: 'phone', texts: ['mediation', 'visits'], title: 'mediation.follow_up.title' }, component: () => import('./FollowUp.vue'), props: true },
  ],
  nav: [{ route: 'mediation', icon: IconScales, text: 'nav.mediation', group: 'quarrels', order: 40, roles: inside }],
} satisfies Feature
