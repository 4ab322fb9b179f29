/** Who is using the app now. Committee pages live on this; the phone's own records live on the device (`sync/`). */
import { computed, reactive } from 'vue'
import { barRenewal, onRenewed, renew, request, type Renewed, type SessionRole, type SessionUser } from './client'
import { ApiError } from './errors'
import { setAccessToken } from './token'

export type { SessionRole, SessionUser }
/** Kept on the phone: only that somebody logs in here, so that a resident's page makes no needless request. */
const KNOWN = 'linli.known'

export const session = reactive({
  user: null as SessionUser | null,
  /** true once it is known whether there is a session: restored, none, or offline */
  settled: false,
  offline: false,
  /** This installation asks for a second factor and none was shown: only turning it on is open. */
  factorNeeded: false,
})
export const roles = computed<readonly SessionRole[]>(() => session.user?.roles ?? [])
/** Roles that work on the committee's pages. */
const COMMITTEE = new Set(['committee', 'committee_head', 'social_worker', 'grid_worker', 'civil_affairs_worker', 'mediator', 'sysadmin', 'township_office', 'county_bureau', 'city_bureau', 'province_office', 'auditor'])
export const isCommittee = computed(() => roles.value.some(({ role }) => COMMITTEE.has(role)))
export const isVolunteer = computed(() => roles.value.some(({ role }) => role === 'volunteer'))
/** The area the user works in first; pages that need another let the user choose. */
export const mainArea = computed(() => (roles.value.find(({ role }) => COMMITTEE.has(role)) ?? roles.value[0])?.area_id ?? null)

export function hasRole(...wanted: readonly string[]): boolean {
  return roles.value.some(({ role }) => wanted.includes(role))
}
onRenewed((renewed) => { if (renewed) take(renewed); else forget() })

/** Starts a session from what a log-in (or an accepted invitation) answered. */
export function take(renewed: Renewed): void {
  barRenewal(false)
  setAccessToken(renewed.access_token)
  session.user = renewed.user
  session.factorNeeded = renewed.factor_needed
  session.settled = true
  session.offline = false
  remember(true)
}
/** Asks for the session this browser had. Never throws: offline is an answer too. */
export async function restore(): Promise<void> {
  if (session.settled && !session.offline) return
  if (!known()) { session.settled = true; return }
  try {
    await renew()
    session.offline = false
  } catch (thrown) {
    session.offline = thrown instanceof ApiError
  }
  session.settled = true
}
/** This phone was taken out of use and cleared: nobody logs in here any more until somebody does so anew. */
export function forgetPhone(): void {
  forget()
  remember(false)
}
/** Nobody is logged in for the person who uses this phone now; the log-in of another stays theirs, untouched. */
export function standAlone(): void {
  barRenewal(true)
  forget()
}
/** Ends the session here and on the server. What waits to be sent stays on the phone. */
export async function logOut(): Promise<void> {
  try {
    await request('/api/v1/auth/logout', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })
  } catch { /* offline: the cookie is dropped at the next contact, the token is gone now */ }
  forget()
  remember(false)
}
function forget(): void {
  setAccessToken(null)
  session.user = null
  session.settled = true
}
export function known(): boolean {
  try { return localStorage.getItem(KNOWN) === '1' } catch { return true }
}
function remember(yes: boolean): void {
  try { if (yes) localStorage.setItem(KNOWN, '1'); else localStorage.removeItem(KNOWN) } catch { /* private mode */ }
}
