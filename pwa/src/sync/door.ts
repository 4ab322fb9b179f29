/**
 * Joins engine, store and transport into the one object the app talks to.
 */
import { CLOSED } from './status'
import type { SyncDoor } from './index'

/** Nothing may be read or recorded before a user's store is open. */
export class SyncNotOpen extends Error {
  constructor() {
    super('sync is not open')
    this.name = 'SyncNotOpen'
  }
}

const closed = (): never => {
  throw new SyncNotOpen()
}

export const door: SyncDoor = {
  rememberedUser: async () => null,
  open: async () => closed(),
  close: async () => undefined,
  logOut: async () => closed(),
  wipe: async () => closed(),
  enqueue: async () => closed(),
  undo: async () => closed(),
  syncNow: () => undefined,
  sessionRenewed: () => undefined,
  status: () => CLOSED,
  onStatus: () => () => undefined,
  onChange: () => () => undefined,
  saveDraft: async () => closed(),
  loadDraft: async () => closed(),
  dropDraft: async () => closed(),
  addPhoto: async () => closed(),
  removePhoto: async () => closed(),
  otherUsers: async () => [],
  exportSealed: async () => closed(),
}
