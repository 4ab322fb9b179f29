/** A short word after a tap: four seconds, ten when it can be undone. */
import { reactive } from 'vue'

export interface Toast { id: number; text: string; undo?: () => void; undoWord?: string }
export const toasts = reactive<Toast[]>([])
let next = 1

export function toast(text: string, options: { undo?: () => void; undoWord?: string } = {}): () => void {
  const item: Toast = { id: next++, text, ...options }
  toasts.splice(0, toasts.length, item)
  const close = () => {
    const at = toasts.findIndex((one) => one.id === item.id)
    if (at >= 0) toasts.splice(at, 1)
  }
  setTimeout(close, options.undo ? 10_000 : 4_000)
  return close
}
