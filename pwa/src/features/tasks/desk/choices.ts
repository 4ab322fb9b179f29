/** Which home goes to whom and by when, before anything is sent out; kept on this computer only as ids. */
import { ref } from 'vue'

export interface Choice { give: string; due: string | null }
/** `give` of a home that anybody may take. */
export const POOL = 'pool'
const KEY = 'linli.assign'

export function useChoices() {
  const choices = ref<Record<string, Choice>>(read())
  const of = (home: string): Choice => choices.value[home] ?? { give: '', due: null }
  return {
    of,
    set(home: string, change: Partial<Choice>) { choices.value = { ...choices.value, [home]: { ...of(home), ...change } } },
    forget(homes: readonly string[]) {
      choices.value = Object.fromEntries(Object.entries(choices.value).filter(([home]) => !homes.includes(home)))
      write(choices.value, [])
    },
    keep(selected: readonly string[]) { write(choices.value, selected) },
    kept: (): string[] => Object.keys(read()),
  }
}
function read(): Record<string, Choice> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, Choice>) : {}
  } catch { return {} }
}
function write(choices: Record<string, Choice>, selected: readonly string[]) {
  const kept = Object.fromEntries(Object.entries(choices).filter(([home]) => selected.includes(home)))
  try { if (selected.length) localStorage.setItem(KEY, JSON.stringify(kept)); else localStorage.removeItem(KEY) } catch { /* private mode */ }
}
