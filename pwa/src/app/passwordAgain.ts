/** Something grave was asked for and the password was given long ago: the person gives it once more, or leaves it. */
import { ref } from 'vue'
import { onPasswordNeeded } from '@/api/client'
import { loadTexts } from '@/i18n'

export const asked = ref(false)
let asking: Promise<boolean> | null = null
let answer: (given: boolean) => void = () => undefined

/** One question at a time, whoever asks. */
onPasswordNeeded(() => {
  asking ??= loadTexts(['accounts']).then(() => new Promise<boolean>((resolve) => {
    answer = resolve
    asked.value = true
  })).finally(() => { asking = null })
  return asking
})

export function finish(given: boolean): void {
  asked.value = false
  answer(given)
}
