/** Numbers beside the side bar's words; the feature that knows one sets it. */
import { reactive } from 'vue'

export const navCounts = reactive<Record<string, { n: number; red?: boolean }>>({})

export function setNavCount(key: string, n: number, red = false): void {
  navCounts[key] = { n, red }
}
