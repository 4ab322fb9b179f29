/** What every way in ends with: the session starts and the right first page opens. */
import type { LocationQueryValue, Router } from 'vue-router'
import { take, type SessionUser } from '@/api/session'
import { passwordGiven } from '@/app/shut'

export interface Entered { access_token: string; expires_in: number; factor_needed: boolean; user: SessionUser }

/** Starts the session and goes where the person was heading, or to their first page. */
export async function enter(entered: Entered, router: Router, to?: LocationQueryValue | LocationQueryValue[]): Promise<void> {
  take(entered)
  passwordGiven(entered.user.id)
  await router.replace(typeof to === 'string' && to.startsWith('/') && !to.startsWith('//') ? to : '/')
}
/** The secret of a one-time link: the part of the address that never leaves the browser. */
export function linkToken(hash: string): string {
  return decodeURIComponent(hash.replace(/^#/, ''))
}
