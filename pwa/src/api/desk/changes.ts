/**
 * Tells an open committee page that something in its committees has changed, so that it fetches again: one tiny question
 * every few seconds while the page is looked at, none while it is hidden.
 */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { api } from '../client'

const EVERY_MS = 4_000
const AFTER_FAILURE_MS = 15_000

/** Runs `renew` at once and whenever the committee's number moves. The answer says when it last heard from the server. */
export function useCommitteeChanges(renew: () => Promise<void>): { heardAt: Ref<number | null> } {
  const heardAt = ref<number | null>(null)
  let seen: number | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let gone = false

  async function look() {
    clearTimeout(timer)
    if (gone || document.visibilityState === 'hidden') return
    let wait = EVERY_MS
    try {
      const { data } = await api.GET('/api/v1/sync/poll', { params: { query: seen === null ? {} : { seen } } })
      if (data && data.seq !== seen) {
        await renew()
        seen = data.seq
      }
      heardAt.value = Date.now()
    } catch {
      wait = AFTER_FAILURE_MS
    }
    clearTimeout(timer)
    if (!gone) timer = setTimeout(() => { void look() }, wait)
  }
  function onSight() { if (document.visibilityState === 'visible') void look() }

  onMounted(() => { void look(); document.addEventListener('visibilitychange', onSight) })
  onBeforeUnmount(() => { gone = true; clearTimeout(timer); document.removeEventListener('visibilitychange', onSight) })
  return { heardAt }
}
