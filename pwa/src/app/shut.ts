/** Whether the lock stands before the screens; small, because every page asks it, a resident's too. */
import { computed, ref } from 'vue'

export const access = ref<'closed' | 'choose' | 'locked' | 'dropped' | 'open'>('closed')
/** The lock covers every screen but those anybody may see. */
export const shut = computed(() => access.value === 'locked' || access.value === 'choose' || access.value === 'dropped')
/** Who has just shown the password: only they may put a new PIN in the place of one that is forgotten or was tried too often. */
export const proven = ref<string | null>(null)
/** The person said that the PIN is forgotten and went to log in. */
export const forgotten = ref(false)

export function passwordGiven(userId: string): void { proven.value = userId }
