/** The store of the user who is here now, if any: set by sync when it opens, read by queries. */
import type { EntryStore } from './store'

let store: EntryStore | null = null

export function setCurrent(next: EntryStore | null): void {
  store = next
}

export function current(): EntryStore | null {
  return store
}
