/** Handing sealed entries over, and carrying those of neighbours. */
import { carriedNow } from './carrying'
import { sealedFiles } from './courier'
import type { SyncDoor } from './index'
import { changed, mayUpload, page } from './page'
import { lastDatabase } from './people'
import { dropRefused, keepCarried } from '../db/carried'
import { NotACarriedFile, readCarried } from '../db/carriedFile'
import { handover } from '../db/handover'

export const handing: Pick<SyncDoor, 'exportSealed' | 'takeCarried' | 'dropRefusedCarried' | 'carried'> = {
  async exportSealed() {
    if (page.practice) return { files: [], entries: 0, left: 0, known: false }
    const wall = Date.now()
    const open = page.here
    if (open?.loop.state.meta.seal) await open.store.sealLate(open.loop.state.meta.seal).catch(() => undefined)
    const database = page.place ? page.place.profile.db : open ? undefined : await lastDatabase()
    const found = database === undefined ? null : await handover(database, wall)
    if (open) {
      open.loop.tell({ type: 'outbox', ...(await open.store.outbox()) })
      await changed({ rows: false, records: true }, true)
    }
    if (!found) return { files: [], entries: 0, left: 0, known: false }
    return { files: await sealedFiles(found, wall), entries: found.entries.length, left: found.unsealed, known: true }
  },

  async takeCarried(file) {
    if (page.practice) return 'not_ours'
    try {
      const kept = await keepCarried(await readCarried(file, Date.now()))
      page.here?.carrying?.poke(mayUpload(), true)
      await changed({ rows: false, records: true }, true)
      return kept ? 'kept' : 'had'
    } catch (error) {
      if (error instanceof NotACarriedFile) return 'not_ours'
      throw error
    }
  },

  async dropRefusedCarried() {
    if (page.practice) return
    await dropRefused()
    await changed({ rows: false, records: true }, true)
  },

  carried: async () => (page.practice ? { neighbours: 0, entries: 0, refused: 0 } : carriedNow()),
}
