/** What every list can do beyond showing itself; the app gives it, so that the shared tools need no network of their own. */
import type { InjectionKey } from 'vue'

export type Filters = Record<string, unknown>
export interface KeptFilter { id: string; name: string; filters: Filters; shared: boolean; first: boolean; own: boolean; by: string }
export interface Lists {
  mayTakeOut: (paper: string) => boolean
  mayKeep: () => boolean
  /** asks what for and for whom, then makes the file */
  takeOut: (paper: string, filters: Filters, form: 'xlsx' | 'pdf', area?: string) => void
  kept: (paper: string) => Promise<KeptFilter[]>
  keep: (paper: string, name: string, filters: Filters, shared: boolean, first: boolean) => Promise<void>
  drop: (id: string) => Promise<void>
  /** a refusal as a sentence */
  sentence: (thrown: unknown) => string
}
export const LISTS: InjectionKey<Lists> = Symbol('lists')
