/** Photos and recordings sent to the committee: each is fetched with the log-in and shown from memory, never from an address. */
import { onBeforeUnmount, ref, watch } from 'vue'
import type { Ref } from 'vue'
import { request } from '../client'

export interface Picture { id: string; url: string; /** a recording, to be heard */ sound: boolean }

export function usePictures(ids: () => readonly string[]): { shown: Ref<Picture[]>; missing: Ref<number> } {
  const shown = ref<Picture[]>([])
  const missing = ref(0)
  let turn = 0
  const drop = (): void => {
    for (const { url } of shown.value) URL.revokeObjectURL(url)
    shown.value = []
  }
  watch(() => ids().join(), async () => {
    const mine = ++turn
    drop()
    missing.value = 0
    for (const id of ids()) {
      try {
        const answer = await request(`/api/v1/attachments/${id}`)
        const file = await answer.blob()
        const url = URL.createObjectURL(file)
        if (mine === turn) shown.value.push({ id, url, sound: file.type.startsWith('audio/') })
        else return URL.revokeObjectURL(url)
      } catch { if (mine === turn) missing.value += 1 }
    }
  }, { immediate: true })
  onBeforeUnmount(() => {
    turn += 1
    drop()
  })
  return { shown, missing }
}
