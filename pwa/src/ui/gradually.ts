/** A long list on a slow phone: the first screenful is drawn at once, the rest while nothing else waits. */
import { computed, onScopeDispose, ref, watch, type ComputedRef } from 'vue'
import { whenIdle } from '@/device/idle'

const FIRST = 10
const STEP = 15

/** The beginning of the list, growing until it is whole. */
export function gradually<T>(list: () => readonly T[]): ComputedRef<readonly T[]> {
  const most = ref(FIRST)
  let cancel: (() => void) | null = null
  const more = () => {
    cancel = null
    most.value += STEP
    next()
  }
  const next = () => {
    if (!cancel && most.value < list().length) cancel = whenIdle(more)
  }
  watch(() => list().length, next, { immediate: true, flush: 'post' })
  onScopeDispose(() => cancel?.())
  return computed(() => list().slice(0, most.value))
}
