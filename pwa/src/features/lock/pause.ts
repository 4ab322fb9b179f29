/** What the lock says after a wrong try: how many are left, and how long to wait, counted down. */
import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue'
import { t } from '@/i18n'
import type { LockFacts } from '@/sync'

export interface Pause {
  facts: Ref<LockFacts | null>
  /** seconds until the next try */
  pause: ComputedRef<number>
  told: ComputedRef<string | null>
  tell: (facts: LockFacts | null) => void
}

export function wrongWords({ triesLeft }: LockFacts): string {
  return t(triesLeft <= 3 ? 'lock.wrong_few' : 'lock.wrong', { n: triesLeft })
}

export function usePause(): Pause {
  const facts = ref<LockFacts | null>(null)
  const until = ref(0)
  const now = ref(Date.now())
  let ticking: ReturnType<typeof setInterval> | undefined
  const pause = computed(() => Math.max(0, Math.ceil((until.value - now.value) / 1000)))
  const told = computed(() => {
    if (pause.value === 0) return null
    const left = facts.value?.triesLeft ?? 0
    return pause.value > 90 ? t('lock.wait_minutes', { n: Math.ceil(pause.value / 60), left }) : t('lock.wait', { n: pause.value, left })
  })
  function tell(next: LockFacts | null) {
    facts.value = next
    clearInterval(ticking)
    now.value = Date.now()
    until.value = now.value + (next?.waitMs ?? 0)
    if (pause.value > 0) ticking = setInterval(() => { now.value = Date.now(); if (pause.value === 0) clearInterval(ticking) }, 1000)
  }
  onScopeDispose(() => clearInterval(ticking))
  return { facts, pause, told, tell }
}
