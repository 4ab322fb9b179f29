/** The committee's side of concerns; the resident's pages are written by the server and need no app. */
import IconConcern from 'icon:message'
import IconRates from 'icon:checklist'
import IconRules from 'icon:list-check'
import type { Feature } from '@/app/routes'

const meta = { access: 'committee' as const, desk: true, texts: ['concerns', 'asking', 'concern_rules'] }
const roles = ['committee', 'committee_head', 'social_worker', 'civil_affairs_worker']
const offices = ['township_office', 'county_bureau', 'city_bureau', 'province_office']
const makers = [...offices, 'sysadmin']

export default {
  routes: [
    { path: '/concerns', name: 'concerns', meta: { ...meta, title: 'nav.concerns' }, component: () => import('./desk/ConcernsScreen.vue') },
    { path: '/concerns/return-calls', name: 'concerns.calls', meta: { ...meta, roles, title: 'asking.calls_title' }, component: () => import('./desk/ReturnCallsScreen.vue') },
    { path: '/concerns/rates', name: 'concerns.rates', meta: { ...meta, roles: [...roles, ...offices], title: 'asking.rates_title' }, component: () => import('./desk/RatesScreen.vue') },
    { path: '/concerns/rates/list', name: 'concerns.rate', meta: { ...meta, roles, title: 'asking.list_title' }, component: () => import('./desk/RateList.vue') },
    { path: '/concerns/rules', name: 'concerns.rules', meta: { ...meta, roles: [...roles, ...makers], title: 'concern_rules.title' }, component: () => import('./desk/RulesPage.vue') },
    { path: '/concerns/:id', name: 'concerns.one', meta: { ...meta, texts: [...meta.texts, 'mediation'], title: 'nav.concerns' }, component: () => import('./desk/ConcernScreen.vue'), props: true },
  ],
  nav: [
    { route: 'concerns', icon: IconConcern, text: 'nav.concerns', group: 'quarrels', order: 30, count: 'concerns', roles },
    { route: 'concerns.rates', icon: IconRates, text: 'nav.rates', group: 'quarrels', order: 31, roles: offices },
    { route: 'concerns.rules', icon: IconRules, text: 'nav.concern_rules', group: 'quarrels', order: 32, roles: makers },
  ],
} satisfies Feature
