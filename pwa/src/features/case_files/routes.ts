/** The paper of a mediation: its file list and documents, the committee's templates, what 司法所 is told. */
import IconTemplate from 'icon:file-text'
import type { Feature } from '@/app/routes'

const inside = ['mediator', 'committee_head'] as const
const desk = { access: 'user' as const, desk: true, texts: ['case_files'], roles: inside }

export default {
  routes: [
    { path: '/c/mediation/:id/papers', name: 'case_files.one', meta: { ...desk, title: 'case_files.title' }, component: () => import('./desk/PapersPage.vue'), props: true },
    { path: '/c/case-templates', name: 'case_files.templates', meta: { ...desk, title: 'case_files.templates' }, component: () => import('./desk/TemplatesPage.vue') },
  ],
  nav: [{ route: 'case_files.templates', icon: IconTemplate, text: 'nav.case_templates', group: 'rare', order: 104, roles: inside }],
} satisfies Feature
