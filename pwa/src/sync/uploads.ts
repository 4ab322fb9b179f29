/**
 * Photos go after their visit: the visit counts without them, so they never hold it up and
 * are sent one at a time once the committee has the words. A photo leaves this phone only when
 * the server has the whole of it, and is given up only on the server's last word.
 */
import { backoffMs } from './engine/backoff'
import type { Outcome } from './pieces'
import type { Line } from './line'
import { BoxUnreadable } from '../db/box'
import type { EntryStore } from '../db/store'
import type { PhotoRow } from '../db/schema'

export interface Around {
  store: EntryStore
  line: Line
  /** Whether this tab may send now: it holds the lock, is logged in, and the last try reached the server. */
  may: () => boolean
  moved: () => void
  /** The log-in ran out on the way; the engine renews it. */
  loggedOut: () => void
}

/** A photo that the server has at another place than we thought is asked again at once, but not for ever. */
const AT_ONCE = 2

export class Uploads {
  waiting = 0
  refused = 0
  private busy = false
  private again = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private failures = 0
  private notBefore = 0
  private over = false

  constructor(private readonly around: Around) {}

  stop(): void {
    this.over = true
    if (this.timer) clearTimeout(this.timer)
  }

  /** Look whether anything can go; called when entries moved. `now`: the network is back, or somebody asked for it. */
  poke(now = false): void {
    if (now) this.notBefore = 0
    if (this.busy) {
      this.again = true
      return
    }
    this.busy = true
    void this.run().catch(() => undefined).finally(() => {
      this.busy = false
      if (this.again && !this.over) {
        this.again = false
        this.poke()
      }
    })
  }

  private async run(): Promise<void> {
    const { store, may, moved } = this.around
    const all = await store.photos()
    const photos = all.filter((photo) => photo.state === 'waiting')
    this.waiting = photos.length
    this.refused = all.filter((photo) => photo.state === 'refused').length
    moved()
    if (photos.length === 0 || Date.now() < this.notBefore || !may()) return
    const places = await store.placesOf(photos.map((photo) => photo.mutation ?? ''))
    let left = false
    for (const photo of photos) {
      if (this.over) return
      // Gone from the index means long since with the committee.
      if (places.get(photo.mutation ?? '') === 'waiting') continue
      const outcome = await this.send(photo)
      if (outcome.done !== 'again') {
        this.failures = 0
        this.waiting -= 1
        if (outcome.done === 'refused') this.refused += 1
        moved()
        continue
      }
      if (outcome.why === 'stopped') return
      if (outcome.why === 'login') this.around.loggedOut()
      // One photo the server stumbles over does not stand in the others' way; a line that is gone does.
      if (outcome.why === 'unreachable' || outcome.why === 'login' || outcome.afterS !== null) return this.later(outcome.afterS)
      left = true
    }
    if (left) this.later(null)
  }

  private async send(photo: PhotoRow): Promise<Outcome> {
    const { store, line, may } = this.around
    try {
      // What the library weighs as the whole module is fetched by the first photo.
      const { sendPhoto } = await import('./pieces')
      const content = new Blob([(await store.photoContent(photo)) as BlobPart])
      let row = photo
      for (let n = 0; ; n += 1) {
        const remember = async (upload: string | null): Promise<void> => {
          row = { ...row, upload }
          await store.setPhoto(photo.id, { upload })
        }
        const outcome = await sendPhoto({ photo: row, content, line, remember, may: () => !this.over && may() })
        if (outcome.done === 'again' && (outcome.why === 'elsewhere' || outcome.why === 'anew') && n < AT_ONCE) continue
        await this.settle(photo, outcome)
        return outcome
      }
    } catch (error) {
      if (!(error instanceof BoxUnreadable)) throw error
      const outcome: Outcome = { done: 'refused', code: 'unreadable' }
      await this.settle(photo, outcome)
      return outcome
    }
  }

  private settle(photo: PhotoRow, outcome: Outcome): Promise<void> {
    const { store } = this.around
    if (outcome.done === 'sent') return store.photoSent(photo)
    // The server looked at it and will never take it; it stays here, shown, and the others go on.
    if (outcome.done === 'refused') return store.setPhoto(photo.id, { state: 'refused' })
    return store.setPhoto(photo.id, { attempts: photo.attempts + 1 })
  }

  private later(afterS: number | null): void {
    this.failures += 1
    const wait = Math.max(backoffMs(this.failures + 2, Math.random()), (afterS ?? 0) * 1000)
    this.notBefore = Date.now() + wait
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.poke(), wait)
  }
}
