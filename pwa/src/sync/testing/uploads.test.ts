/** Photos by tus over a line that breaks: nothing sent twice but the piece that broke, nothing given up but on the last word. */
import { describe, expect, it, vi } from 'vitest'
import { Uploads } from '../uploads'
import { PIECE } from '../pieces'
import type { Line, Piece } from '../line'
import type { PhotoRow } from '../../db/schema'
import type { EntryStore } from '../../db/store'

const BYTES = PIECE * 2 + 1000

/** As much of the server as an upload meets: one offset a photo, moved by whole pieces. */
class Server {
  offsets = new Map<string, number>()
  calls: string[] = []
  bytes = 0
  /** Answers to give before anything else, by "METHOD" in the order of the calls. */
  instead: { method: string; after: number; answer: Piece | null }[] = []

  piece = async (method: string, url: string, headers: Record<string, string>, body: Blob | null): Promise<Piece | null> => {
    this.calls.push(`${method} ${headers['Upload-Offset'] ?? ''}`.trim())
    const planned = this.instead.find((one) => one.method === method && one.after-- <= 0)
    if (planned) {
      this.instead.splice(this.instead.indexOf(planned), 1)
      return planned.answer
    }
    const id = url.split('/').pop() as string
    if (method === 'POST') {
      const photo = atob(/attachment_id (\S+?)(,|$)/.exec(headers['Upload-Metadata'] ?? '')?.[1] ?? '')
      if (!this.offsets.has(photo)) this.offsets.set(photo, 0)
      return answer(201, { Location: `/api/v1/attachments/uploads/${photo}`, 'Upload-Offset': String(this.offsets.get(photo)) })
    }
    const at = this.offsets.get(id)
    if (at === undefined) return answer(404, {}, 'request.not_found')
    if (method === 'HEAD') return answer(200, { 'Upload-Offset': String(at), 'Upload-Length': String(BYTES) })
    if (Number(headers['Upload-Offset']) !== at) return answer(409, {}, 'attachment.elsewhere')
    this.bytes += body?.size ?? 0
    this.offsets.set(id, at + (body?.size ?? 0))
    return answer(204, { 'Upload-Offset': String(this.offsets.get(id)) })
  }
}

function answer(status: number, headers: Record<string, string>, code = ''): Piece {
  const all: Record<string, string> = { 'Tus-Resumable': '1.0.0', ...headers }
  return { status, code, header: (name) => all[name] ?? null }
}

function phone(server: Server, ...ids: string[]) {
  const rows = new Map<string, PhotoRow>(ids.map((id) => [id, {
    id, draft: null, mutation: `m-${id}`, entity: 'v', sha256: 'aa', size: BYTES, mime: 'image/jpeg', state: 'waiting', attempts: 0, addedAt: 0,
    iv: new Uint8Array(), box: new ArrayBuffer(0),
  }]))
  const store = {
    photos: async () => [...rows.values()].map((row) => ({ ...row })),
    photoContent: async () => new Uint8Array(BYTES),
    placesOf: async () => new Map(),
    photoSent: async (row: PhotoRow) => void rows.delete(row.id),
    setPhoto: async (id: string, change: Partial<PhotoRow> | null) => {
      if (change === null) rows.delete(id)
      else rows.set(id, { ...(rows.get(id) as PhotoRow), ...change })
    },
  } as unknown as EntryStore
  const say = { may: true, loggedOut: 0 }
  const open = (): Uploads => new Uploads({
    store, line: { piece: server.piece } as unknown as Line, may: () => say.may, moved: () => undefined, loggedOut: () => { say.loggedOut += 1 },
  })
  return { rows, say, open }
}

const settled = async (until: () => boolean): Promise<void> => vi.waitFor(() => { if (!until()) throw new Error('not yet') }, { timeout: 10_000 })

describe('photos in pieces', () => {
  it('go in pieces of 256 KB and leave the phone when the server has the whole', async () => {
    const server = new Server()
    const { rows, open } = phone(server, 'a')
    open().poke()
    await settled(() => rows.size === 0)
    expect(server.calls).toEqual(['POST', 'PATCH 0', `PATCH ${PIECE}`, `PATCH ${PIECE * 2}`])
  })

  it('go on after a broken line where the server has them, with the address kept in the photo’s row', async () => {
    const server = new Server()
    server.instead = [{ method: 'PATCH', after: 1, answer: null }]
    const { rows, open } = phone(server, 'a')
    const first = open()
    first.poke()
    await settled(() => rows.get('a')?.attempts === 1)
    first.stop()
    expect(rows.get('a')?.upload).toMatch(/uploads\/a$/)
    server.calls = []
    open().poke() // the page was opened anew
    await settled(() => rows.size === 0)
    expect(server.calls.slice(0, 2)).toEqual(['HEAD', `PATCH ${PIECE}`])
    expect(server.bytes).toBe(BYTES)
  })

  it('learn at once that all of it came when only the last answer was lost', async () => {
    const server = new Server()
    const { rows, open } = phone(server, 'a')
    server.offsets.set('a', BYTES)
    open().poke()
    await settled(() => rows.size === 0)
    expect(server.bytes).toBe(0)
  })

  it.each([
    ['a log-in page of the hotel', { status: 200, code: '', header: () => null } satisfies Piece],
    ['a page in place of a refusal', { status: 404, code: '', header: () => null } satisfies Piece],
    ['a busy server', answer(503, { 'Retry-After': '5' }, 'server.busy')],
    ['a full disk', answer(507, { 'Retry-After': '300' }, 'server.no_room')],
    ['enough for today', answer(429, { 'Retry-After': '3600' }, 'attachment.enough_for_today')],
    ['no log-in', answer(401, {}, 'auth.expired')],
    ['an unknown visit', answer(404, {}, 'request.not_found')],
    ['a failing server', answer(500, {}, 'server.unexpected')],
  ])('are kept after %s', async (_, told) => {
    const server = new Server()
    server.instead = [{ method: 'POST', after: 0, answer: told }]
    const { rows, open } = phone(server, 'a')
    const uploads = open()
    uploads.poke()
    await settled(() => rows.get('a')?.attempts === 1)
    uploads.stop()
    expect(rows.get('a')?.state).toBe('waiting')
  })

  it('have the log-in renewed by the engine when it ran out', async () => {
    const server = new Server()
    server.instead = [{ method: 'POST', after: 0, answer: answer(401, {}, 'auth.expired') }]
    const { rows, say, open } = phone(server, 'a')
    const uploads = open()
    uploads.poke()
    await settled(() => say.loggedOut === 1)
    uploads.stop()
    expect(rows.get('a')?.state).toBe('waiting')
  })

  it.each(['attachment.not_a_photo', 'attachment.too_many_pixels', 'attachment.enough_of_this', 'attachment.id_taken'])(
    'stay here, shown, when the last word is %s, and the others go on', async (code) => {
      const server = new Server()
      server.instead = [{ method: 'PATCH', after: 0, answer: answer(415, {}, code) }]
      const { rows, open } = phone(server, 'a', 'b')
      const uploads = open()
      uploads.poke()
      await settled(() => uploads.refused === 1 && rows.size === 1)
      expect(rows.get('a')?.state).toBe('refused')
    })

  it('are sent anew from the start when what came is not what was declared', async () => {
    const server = new Server()
    const { rows, open } = phone(server, 'a')
    server.instead = [{ method: 'PATCH', after: 2, answer: answer(422, {}, 'attachment.not_as_declared') }]
    const piece = server.piece
    server.piece = async (method, url, headers, body) => {
      const told = await piece(method, url, headers, body)
      if (told?.code === 'attachment.not_as_declared') server.offsets.delete('a')
      return told
    }
    open().poke()
    await settled(() => rows.size === 0)
    expect(server.calls.filter((call) => call === 'PATCH 0')).toHaveLength(2)
  })

  it('stop between two pieces when another tab has taken over', async () => {
    const server = new Server()
    const { rows, say, open } = phone(server, 'a')
    const piece = server.piece
    server.piece = async (...given) => {
      const told = await piece(...given)
      if (given[0] === 'PATCH') say.may = false
      return told
    }
    open().poke()
    await settled(() => server.calls.includes('PATCH 0'))
    await new Promise((next) => setTimeout(next, 0))
    expect(server.calls).toEqual(['POST', 'PATCH 0'])
    expect(rows.get('a')?.state).toBe('waiting')
  })
})
