/** The committee's pages of visits to make: the list, giving out many at once, one task, the visits of a household, and what waits for a decision. */
import IconAttention from 'icon:alert-circle'
import IconChecks from 'icon:clipboard-text'
import IconRoute from 'icon:route'
import type { Feature } from '@/app/routes'

const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] as const
const meta = { access: 'committee' as const, desk: true, texts: ['tasks'] }

export default {
  routes: [
    { path: '/c/tasks', name: 'tasks', meta: { ...meta, title: 'tasks.title' }, component: () => import('./desk/TaskList.vue') },
    { path: '/c/tasks/assign', name: 'tasks.assign', meta: { ...meta, title: 'tasks.assign_many' }, component: () => import('./desk/AssignMany.vue') },
    { path: '/c/tasks/made', name: 'tasks.made', meta: { ...meta, roles, title: 'tasks.visits_of' }, component: () => import('./desk/VisitsMade.vue') },
    { path: '/c/children', name: 'tasks.children', meta: { access: 'user', roles: ['child_director'], desk: true, texts: ['tasks', 'visits'], title: 'tasks.children' }, component: () => import('./desk/ChildChecks.vue') },
    { path: '/c/tasks/home/:id', name: 'tasks.home', meta: { ...meta, texts: ['tasks', 'visits'], title: 'tasks.home_title' }, component: () => import('./desk/HomeVisits.vue'), props: true },
    { path: '/c/attention', name: 'attention', meta: { ...meta, roles, texts: ['tasks', 'visits'], title: 'nav.attention' }, component: () => import('./desk/AttentionPage.vue') },
    { path: '/c/tasks/:id', name: 'tasks.one', meta: { ...meta, title: 'tasks.one_title' }, component: () => import('./desk/TaskDetail.vue'), props: true },
  ],
  nav: [
    { route: 'tasks', icon: IconRoute, text: 'nav.tasks', group: 'visits', order: 20, count: 'tasks' },
    { route: 'attention', icon: IconAttention, text: 'nav.attention', order: 50, count: 'attention', roles },
    { route: 'tasks.children', icon: IconChecks, text: 'nav.children', group: 'visits', order: 22, roles: ['child_director'] },
  ],
} satisfies Feature
