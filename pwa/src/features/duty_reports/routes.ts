/** What has to be reported at once: recorded on the phone, read by the committee's head and its contact alone. */
import IconReport from 'icon:alert-circle'
import type { Feature } from '@/app/routes'

const roles = ['committee_head', 'committee_contact'] as const

export default {
  routes: [
    { path: '/urgent/:id?', name: 'duty_reports.record', meta: { access: 'phone', texts: ['duty_reports', 'visits'], title: 'duty_reports.title' }, component: () => import('./DutyReport.vue'), props: true },
    { path: '/c/urgent', name: 'duty_reports', meta: { access: 'user', roles, desk: true, texts: ['duty_reports'], title: 'duty_reports.desk_title' }, component: () => import('./desk/DutyReports.vue') },
  ],
  nav: [{ route: 'duty_reports', icon: IconReport, text: 'nav.duty_reports', group: 'quarrels', order: 52, roles, count: 'duty_reports' }],
} satisfies Feature
