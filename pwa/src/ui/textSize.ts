/** 大字: one switch, remembered on this phone; a phone whose own font is larger switches it on by itself. */
import { ref, watch } from 'vue'

const KEY = 'linli.size'
const wanted = readChoice()
export const largeText = ref(wanted === 'large' || (wanted === null && phoneFontIsLarge()))

watch(largeText, apply, { immediate: true })
export function setLargeText(on: boolean): void {
  largeText.value = on
  try { localStorage.setItem(KEY, on ? 'large' : 'normal') } catch { /* private mode: it lasts as long as the page */ }
}
function apply(on: boolean): void {
  if (on) document.documentElement.dataset.size = 'large'
  else delete document.documentElement.dataset.size
}
function readChoice(): string | null {
  try { return localStorage.getItem(KEY) } catch { return null }
}
function phoneFontIsLarge(): boolean {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return size >= 20
}
