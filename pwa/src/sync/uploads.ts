/**
 * Photos go after their visit: the visit counts without them, so they never hold it up and
 * are sent one at a time once the committee has the words.
 */
import { backoffMs } from './engine/backoff'
import type { Transport } from './transport'
import type { EntryStore } from '../db/store'
import type { PhotoRow } from '../db/schema'

export class Uploads {
  waiting = 0
  private busy = false
  private again = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private failures = 0
  private over = false

  constructor(
    private readonly store: EntryStore,
    private readonly transport: Transport,
    private readonly moved: () => void,
  ) {}

  stop(): void {
    this.over = true
    if (this.timer) clearTimeout(this.timer)
  }

  /** Look whether anything can go; called when entries moved and when the network may be back. */
  poke(mayUpload: boolean): void {
    if (this.busy) {
      this.again = true
      return
    }
    this.busy = true
    void this.run(mayUpload).catch(() => undefined).finally(() => {
      this.busy = false
      if (this.again && !this.over) {
        this.again = false
        this.poke(mayUpload)
      }
    })
  }

  private async run(mayUpload: boolean): Promise<void> {
    const photos = (await this.store.photos()).filter((photo) => photo.state === 'waiting')
    this.waiting = photos.length
    this.moved()
    if (!mayUpload || photos.length === 0) return
    const places = await this.store.placesOf(photos.map((photo) => photo.mutation ?? ''))
    for (const photo of photos) {
      if (this.over) return
      const place = places.get(photo.mutation ?? '')
      // Gone from the index means long since with the committee.
      if (place === 'waiting') continue
      if (!(await this.send(photo))) return this.later()
      this.failures = 0
      this.waiting -= 1
      this.moved()
    }
  }

  private async send(photo: PhotoRow): Promise<boolean> {
    const content = await this.store.photoContent(photo)
    const meta = {
      attachment_id: photo.id, entity_type: 'visit', entity_id: photo.entity, sha256: photo.sha256, size: photo.size, mime: photo.mime,
    }
    const raw = await this.transport.upload(meta, new Blob([content as BlobPart], { type: photo.mime }), `${photo.id}`)
    const answer = raw.json as { attachment_id?: unknown; error?: unknown } | null
    if ((raw.status === 200 || raw.status === 201) && raw.isJson && answer?.attachment_id === photo.id) {
      await this.store.setPhoto(photo.id, null)
      return true
    }
    // The server looked at it and will never take it; it stays here, shown, and the others go on.
    if (raw.isJson && typeof answer?.error === 'string' && (raw.status === 413 || raw.status === 415 || raw.status === 422)) {
      await this.store.setPhoto(photo.id, { state: 'refused' })
      return true
    }
    await this.store.setPhoto(photo.id, { attempts: photo.attempts + 1 })
    return false
  }

  private later(): void {
    this.failures += 1
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.poke(true), backoffMs(this.failures + 2, Math.random()))
  }
}
