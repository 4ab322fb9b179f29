/** What a person records on this phone: entries, their undoing, drafts of forms and photos. */
import { sha256Hex } from './canonical'
import { uuid7 } from './ids'
import type { SyncDoor } from './index'
import { changed, must, page, stamp } from './page'
import { makeEntry } from './record'
import { sealSoon } from './running'
import { takeAhead } from '../db/seal'
import { whenIdle } from '../device/idle'

export const recording: Pick<SyncDoor,
  'enqueue' | 'undo' | 'saveDraft' | 'loadDraft' | 'dropDraft' | 'addPhoto' | 'removePhoto' | 'attachment'> = {
  async enqueue(name, args, options = {}) {
    const { store, loop, channel, uploads } = must()
    const { seal } = loop.state.meta
    const ahead = takeAhead(seal)
    const now = { ...stamp(), ...(ahead ? { uuid: ahead.id } : {}) }
    const mutationId = now.uuid
    const entityId = options.entityId ?? uuid7(now.wall)
    const about = { entityId, baseVersion: options.baseVersion as number | undefined, dependsOn: options.dependsOn }
    const entry = await makeEntry(name, args, about, loop.state.meta.clock, now)
    const undoUntil = options.undoMs ? now.wall + options.undoMs : 0
    const item = await store.append(entry, { seal, ahead, undoUntil, recordedAt: now.wall, draft: options.draftKey ?? null })
    loop.tell({ type: 'recorded', item })
    // It is on disk: the person is told first, whoever else wants to know a moment later.
    setTimeout(() => {
      if (page.here?.channel !== channel) return
      whenIdle(sealSoon)
      channel.post({ kind: 'recorded' })
      uploads.poke()
      void changed({ rows: false, records: true }, false)
    })
    return { mutationId, entityId, recordedAt: entry.occurred_at_device, undoUntil: undoUntil > 0 ? new Date(undoUntil).toISOString() : null }
  },

  async undo(mutationId) {
    const { store, loop, channel } = must()
    const busy = loop.state.busy
    if (busy?.on === 'request' && busy.ids.includes(mutationId)) return false
    if (!(await store.undo(mutationId, Date.now()))) return false
    const { items, nextSeq } = await store.outbox()
    loop.tell({ type: 'outbox', items, nextSeq })
    channel.post({ kind: 'recorded' })
    await changed({ rows: false, records: true }, false)
    return true
  },

  async saveDraft(key, value, householdId = null) {
    const savedAt = Date.now()
    await must().store.saveDraft(key, value, householdId, savedAt)
    return new Date(savedAt).toISOString()
  },

  async loadDraft<T>(key: string) {
    const draft = await must().store.loadDraft(key)
    return draft && { key, householdId: draft.household, savedAt: new Date(draft.savedAt).toISOString(), value: draft.value as T }
  },

  dropDraft: (key) => must().store.dropDraft(key),

  async addPhoto({ blob, draftKey }) {
    const content = new Uint8Array(await blob.arrayBuffer())
    const sha256 = await sha256Hex(content)
    const now = stamp()
    const ref = { attachment_id: now.uuid, sha256, size: content.length, mime: blob.type || 'image/jpeg' }
    await must().store.addPhoto({
      id: ref.attachment_id, draft: draftKey, mutation: null, entity: null, sha256, size: ref.size, mime: ref.mime,
      state: 'kept', attempts: 0, addedAt: now.wall,
    }, content)
    return ref
  },

  removePhoto: (attachmentId) => must().store.setPhoto(attachmentId, null),

  async attachment(attachmentId) {
    const { store } = must()
    const row = (await store.photos()).find((one) => one.id === attachmentId)
    return row ? new Blob([(await store.photoContent(row)) as BlobPart], { type: row.mime }) : null
  },
}
