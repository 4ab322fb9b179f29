/** Keeps a photo with a form; on a full phone a smaller one, or none: the words have their place already. */
import { smallPhoto, SPARING, USUAL } from '@/device/photo'
import * as sync from '@/sync'

export interface Kept { ref: sync.AttachmentRef; smaller: boolean }

/** Throws sync.NoRoom when not even the small one fits. */
export async function keepPhoto(file: Blob, draftKey: string): Promise<Kept> {
  try {
    return { ref: await sync.addPhoto({ blob: await smallPhoto(file, USUAL), draftKey }), smaller: false }
  } catch (thrown) {
    if (!(thrown instanceof sync.NoRoom)) throw thrown
    return { ref: await sync.addPhoto({ blob: await smallPhoto(file, SPARING), draftKey }), smaller: true }
  }
}
