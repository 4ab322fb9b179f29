/**
 * Brings what this phone carries for neighbours to the server when there is a network. A file leaves
 * this phone only after the server has said what became of every entry in it; its entries rest on their
 * own phone until that one hears it too.
 */
import { backoffMs } from './engine/backoff'
import type { Line } from './line'
import { carriedFiles, setCarried } from '../db/carried'
import type { CarriedRow } from '../db/carried'

/** Refusals that no later try will change. */
const FINAL = new Set(['courier.unreadable', 'courier.not_recognised', 'courier.elsewhere', 'courier.too_large', 'request.too_large'])

export interface Carried {
  /** How many neighbours' phones, and how many entries of theirs. */
  neighbours: number
  entries: number
  /** Files the server would not take: entries in them. */
  refused: number
}

export async function carriedNow(): Promise<Carried> {
  const files = await carriedFiles()
  const going = files.filter((file) => file.refused === null)
  const sum = (of: CarriedRow[]): number => of.reduce((total, file) => total + file.count, 0)
  return { neighbours: new Set(going.map((file) => file.device)).size, entries: sum(going), refused: sum(files.filter((file) => file.refused !== null)) }
}

export class Carrying {
  private busy = false
  private again = false
  private over = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(private readonly bringFile: NonNullable<Line['courier']>, private readonly moved: () => void) {}

  stop(): void {
    this.over = true
    if (this.timer) clearTimeout(this.timer)
  }

  /** `atOnce`: somebody asked; else a file that did not go waits its time. */
  poke(mayGo: boolean, atOnce = false): void {
    if (!mayGo || this.over || (this.timer !== null && !atOnce)) return
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (this.busy) {
      this.again = true
      return
    }
    this.busy = true
    void this.run().catch(() => undefined).finally(() => {
      this.busy = false
      if (!this.again) return
      this.again = false
      this.poke(true)
    })
  }

  private async run(): Promise<void> {
    for (const file of await carriedFiles()) {
      if (this.over) return
      if (file.refused !== null) continue
      if (!(await this.bring(file))) return this.later()
      this.failures = 0
      this.moved()
    }
  }

  private async bring(file: CarriedRow): Promise<boolean> {
    const raw = await this.bringFile(file.text)
    const answer = raw.json as { file_id?: unknown; count?: unknown; waiting?: unknown; error?: unknown } | null
    if (raw.status === 200 && raw.isJson && answer?.file_id === file.id && answer.count === file.count && answer.waiting === 0) {
      await setCarried(file.id, null)
      return true
    }
    if (raw.isJson && typeof answer?.error === 'string' && FINAL.has(answer.error)) {
      await setCarried(file.id, { refused: answer.error })
      return true
    }
    await setCarried(file.id, { attempts: file.attempts + 1 })
    return false
  }

  private later(): void {
    this.failures += 1
    this.timer = setTimeout(() => this.poke(true, true), backoffMs(this.failures + 2, Math.random()))
  }
}
