/** A slow phone draws what is seen first: a screenful of a long list, the screen without the sheets that are still shut. */
import { computed, onMounted, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import { afterPicture, whenIdle } from '@/device/idle'

const FIRST = 7
const STEP = 15

/** The beginning of the list, growing until it is whole; when `anew` changes it is another list and begins again. */
export function gradually<T>(list: () => readonly T[], anew?: () => unknown): ComputedRef<readonly T[]> {
  const most = ref(FIRST)
  let cancel: (() => void) | null = null
  const more = () => {
    cancel = null
    most.value += STEP
  }
  const next = () => {
    if (!cancel && most.value < list().length) cancel = whenIdle(more)
  }
  if (anew) watch(anew, () => { most.value = FIRST }, { flush: 'sync' })
  watch([() => list().length, most], next, { immediate: true, flush: 'post' })
  onScopeDispose(() => cancel?.())
  return computed(() => list().slice(0, most.value))
}
/** True once the screen's first picture is there: for what is not in it. */
export function afterFirst(): Readonly<Ref<boolean>> {
  const drawn = ref(false)
  onMounted(async () => {
    await afterPicture()
    drawn.value = true
  })
  return drawn
}
