/** The committee's pages of visits to make: the list, giving out many at once, one task, and the visits of a household. */
import IconRoute from 'icon:route'
import type { Feature } from '@/app/routes'

const meta = { access: 'committee' as const, desk: true, texts: ['tasks'] }

export default {
  routes: [
    { path: '/c/tasks', name: 'tasks', meta: { ...meta, title: 'tasks.title' }, component: () => import('./desk/TaskList.vue') },
    { path: '/c/tasks/assign', name: 'tasks.assign', meta: { ...meta, title: 'tasks.assign_many' }, component: () => import('./desk/AssignMany.vue') },
    { path: '/c/tasks/home/:id', name: 'tasks.home', meta: { ...meta, texts: ['tasks', 'visits'], title: 'tasks.home_title' }, component: () => import('./desk/HomeVisits.vue'), props: true },
    { path: '/c/tasks/:id', name: 'tasks.one', meta: { ...meta, title: 'tasks.one_title' }, component: () => import('./desk/TaskDetail.vue'), props: true },
  ],
  nav: [{ route: 'tasks', icon: IconRoute, text: 'nav.tasks', order: 20, count: 'tasks' }],
} satisfies Feature
