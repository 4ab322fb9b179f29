/** The volunteer's screens: the list of today, the door, the home, the record, and what is on this phone. */
import IconForms from 'icon:forms'
import type { Feature } from '@/app/routes'

const meta = (title: string) => ({ access: 'phone' as const, texts: ['visits'], title })

const COMMITTEE = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker']

export default {
  routes: [
    { path: '/today', name: 'today', meta: meta('visits.today'), component: () => import('./TodayScreen.vue') },
    { path: '/scan', name: 'visits.scan', meta: meta('visits.scan.title'), component: () => import('./ScanScreen.vue') },
    { path: '/h/:id', name: 'visits.household', meta: meta('visits.household'), component: () => import('./HouseholdScreen.vue'), props: true },
    { path: '/h/:id/visit', name: 'visits.form', meta: meta('visits.form.title'), component: () => import('./VisitForm.vue'), props: true },
    { path: '/handover', name: 'visits.handover', meta: { access: 'public', texts: ['visits'], title: 'visits.handover.title' }, component: () => import('./HandOverScreen.vue') },
    { path: '/records', name: 'visits.records', meta: meta('visits.records.title'), component: () => import('./RecordsScreen.vue') },
    { path: '/c/questions', name: 'questions', meta: { access: 'committee', desk: true, roles: COMMITTEE, texts: ['questions', 'visits'], title: 'questions.title' }, component: () => import('./desk/QuestionsPage.vue') },
  ],
  nav: [{ route: 'questions', icon: IconForms, text: 'nav.questions', group: 'rare', order: 26, roles: COMMITTEE }],
} satisfies Feature
