/** Which screen an address opens, and who may see it. The server decides what data anybody gets; this only spares people dead ends. */
import { ref } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router'
import { onProofNeeded } from '@/api/client'
import { hasRole, isCommittee, isVolunteer, known, restore, session } from '@/api/session'
import { practising, VILLAGE } from '@/device/practising'
import { loadTexts, t } from '@/i18n'
import { toast } from '@/ui/toast'
import { featureRoutes } from './features'
import { admitToVillage } from './practice'
import { arrived, startAnew } from './release'
import { expected, publicPage } from './shut'

export const router = createRouter({
  history: createWebHistory(practising ? VILLAGE : undefined),
  routes: [
    { path: '/', name: 'home', meta: { access: 'public' }, component: () => import('./NotFound.vue') },
    { path: '/q/:token', name: 'door', meta: { access: 'public' }, component: () => import('./DoorUnknown.vue') },
    ...featureRoutes,
    { path: '/forbidden', name: 'forbidden', meta: { access: 'public' }, component: () => import('./Forbidden.vue') },
    { path: '/:rest(.*)*', name: 'not_found', meta: { access: 'public' }, component: () => import('./NotFound.vue') },
  ],
  // A page just opened stands at its top; asking for it would make the browser lay out an empty page first.
  scrollBehavior: (_to, from, saved) => saved ?? (from.matched.length > 0 && { top: 0 }),
})

router.beforeEach(async (to) => {
  fetchAhead(to)
  const [, gate] = await Promise.all([loadTexts([...(to.meta.texts ?? []), ...(to.meta.desk ? ['nav'] : []), ...(practising ? ['practice'] : [])]), admit(to)])
  return gate
})
router.afterEach(() => {
  arrived()
  // Also told of a way that was given up for another, perhaps after that one was gone: what counts is where one is.
  const to = router.currentRoute.value
  publicPage.value = to.meta.access === 'public'
  expected.value = false
  const app = practising ? t('practice.title') : t('core.app')
  document.title = to.meta.title ? `${t(to.meta.title)} · ${app}` : app
})

onProofNeeded(async () => {
  const { ensurePhone, phoneRemembers } = await import('./phone')
  if (!(await phoneRemembers())) return false
  void ensurePhone()
  return true
})
/** The very first screen could not be brought here; there is none to stay on. */
export const nothingToShow = ref(false)
// A screen whose file never reached this phone: say so and stay, nothing typed is lost.
router.onError(async (thrown, to) => {
  console.warn(thrown)
  nothingToShow.value = router.currentRoute.value.matched.length === 0
  expected.value = false
  if (!(await startAnew(router.resolve(to.fullPath).href))) toast(t('core.error.not_here_yet'))
})

/** The screen's file comes while the phone's store is opened. */
function fetchAhead(to: RouteLocationNormalized): void {
  if (to.meta.access !== 'phone') return
  for (const { components } of to.matched) {
    const screen = components?.default as (() => Promise<unknown>) | undefined
    if (typeof screen === 'function') void Promise.resolve(screen()).catch(() => undefined)
  }
}
async function admit(to: RouteLocationNormalized): Promise<RouteLocationRaw | true> {
  if (practising) return admitToVillage(to)
  const access = to.meta.access ?? 'user'
  if (to.name === 'home') return firstPage()
  if (to.name === 'door') return (await import('./phone')).behindDoor(to.path)
  if (access === 'public') return true
  if (access === 'phone') {
    const { ensurePhone } = await import('./phone')
    try {
      return (await ensurePhone()) ? true : logInFirst(to)
    } catch (thrown) {
      console.warn(thrown)
      return { name: 'visits.handover' } // what was recorded can still leave this phone
    }
  }
  if (!session.user) {
    // Whoever uses this phone comes first: behind their lock nobody else's log-in opens anything.
    if (await remembered()) await (await import('./phone')).ensurePhone()
  }
  await restore()
  if (!session.user) return logInFirst(to)
  if (access === 'committee' && !isCommittee.value) return { name: 'forbidden' }
  if (to.meta.roles && !hasRole(...to.meta.roles)) return { name: 'forbidden' }
  if (access === 'committee' && session.factorNeeded) return { name: 'factor', query: { to: to.fullPath } }
  return true
}
/** Whether somebody works on this phone; one that knows nobody needs not fetch what would look. */
async function remembered(): Promise<boolean> {
  return known() && (await import('./phone')).phoneRemembers()
}
/** The phone's list for whoever uses this phone as a volunteer, the workbench for the committee, else the log-in. */
export async function firstPage(): Promise<RouteLocationRaw> {
  if (!session.user && (await remembered())) return { name: 'today', replace: true }
  await restore()
  if (session.user && isVolunteer.value && !isCommittee.value) return { name: 'today', replace: true }
  if (session.user) return { name: router.hasRoute('workbench') && isCommittee.value ? 'workbench' : 'me', replace: true }
  return { name: 'login', replace: true }
}
function logInFirst(to: RouteLocationNormalized): RouteLocationRaw {
  return { name: 'login', query: { to: to.fullPath } }
}
