/**
 * Whether the lock stands before the screens, and what it shows; small, because every page asks it, a resident's
 * too, and because the lock is drawn before anything else of the app is there.
 */
import { computed, ref } from 'vue'

export const access = ref<'closed' | 'choose' | 'locked' | 'dropped' | 'open'>('closed')
/** Where a phone had a lock when it was last used, the lock is drawn at once; until the phone has said how it opens. */
export const expected = ref(false)
/** The screen that is open may be seen by anybody. */
export const publicPage = ref(false)
/** The lock covers every screen but those anybody may see. */
export const shut = computed(() => expected.value || access.value === 'locked' || access.value === 'choose' || access.value === 'dropped')
/** A newer version of the app has this phone's store: nothing of this page can be kept any more. */
export const outdated = ref(false)
/** Whose profile the lock stands before. */
export const phoneOwner = ref<{ id: string; name: string } | null>(null)
/** The phone of the committee of whoever used this phone last. */
export const committeePhone = ref<string | null>(null)
/** Who has just shown the password: only they may put a new PIN in the place of one that is forgotten or was tried too often. */
export const proven = ref<string | null>(null)
/** The person said that the PIN is forgotten and went to log in. */
export const forgotten = ref(false)

export function passwordGiven(userId: string): void { proven.value = userId }

/** Kept in clear: that a lock stands here, which whoever opens the app sees anyway. */
const KEY = 'linli.lock'
/** Screens that open the phone's own store. */
const BEHIND = /^\/($|q\/|h\/|(today|scan|records)\/?$)/

/** Notes how this phone opens, for its next start. */
export function rememberLock(stands: boolean): void {
  try { if (stands) localStorage.setItem(KEY, '1'); else localStorage.removeItem(KEY) } catch { /* private mode keeps no records */ }
}
/** Whether the lock may be drawn before the store was asked. */
export function expectLock(path: string): boolean {
  try { expected.value = BEHIND.test(path) && localStorage.getItem(KEY) === '1' } catch { /* private mode */ }
  return expected.value
}
