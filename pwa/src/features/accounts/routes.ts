/** Coming in (log-in, invitation, first administrator, new password), one's own log-ins, and the committee's people. */
import IconUsers from 'icon:users'
import type { Feature } from '@/app/routes'

const open = { access: 'public' as const, texts: ['accounts'] }
const own = { access: 'user' as const, texts: ['accounts'] }

export default {
  routes: [
    { path: '/login', name: 'login', meta: { ...open, title: 'accounts.login' }, component: () => import('./LoginScreen.vue') },
    { path: '/join', name: 'join', meta: { ...open, title: 'accounts.join' }, component: () => import('./JoinScreen.vue') },
    { path: '/first-admin', name: 'first_admin', meta: { ...open, title: 'accounts.first_admin' }, component: () => import('./JoinScreen.vue'), props: { first: true } },
    { path: '/new-password', name: 'new_password', meta: { ...open, title: 'accounts.new_password' }, component: () => import('./NewPasswordScreen.vue') },
    { path: '/phone-off', name: 'phone_off', meta: { ...open, title: 'accounts.off.title' }, component: () => import('./PhoneOffScreen.vue') },
    { path: '/me/sessions', name: 'sessions', meta: { ...own, title: 'accounts.sessions' }, component: () => import('./SessionsScreen.vue') },
    { path: '/me/password', name: 'password', meta: { ...own, title: 'accounts.change_password' }, component: () => import('./PasswordScreen.vue') },
    { path: '/me/factor', name: 'factor', meta: { ...own, title: 'accounts.factor.title' }, component: () => import('./FactorScreen.vue') },
    { path: '/c/people', name: 'people', meta: { access: 'committee', desk: true, texts: ['accounts'], title: 'accounts.people', roles: ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker', 'sysadmin'] }, component: () => import('./desk/PeoplePage.vue') },
    { path: '/c/phones', name: 'phones', meta: { access: 'committee', desk: true, texts: ['accounts'], title: 'accounts.phones.title', roles: ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker'] }, component: () => import('./desk/PhonesPage.vue') },
  ],
  nav: [{ route: 'people', icon: IconUsers, text: 'nav.volunteers', group: 'people', order: 80, roles: ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker', 'sysadmin'] }],
} satisfies Feature
