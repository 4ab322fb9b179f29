/**
 * One photo by tus: begun, resumed where the server has it, sent piece by piece.
 *
 * tus-js-client keeps the protocol; this file gives it our way to the network (never a redirect,
 * nothing believed that does not name the protocol) and our store as its memory. It is fetched
 * when the first photo is sent, not with the first screen.
 */
import type { HttpRequest, HttpResponse, PreviousUpload, UrlStorage } from 'tus-js-client'
import type { PhotoRow } from '../db/schema'
import type { Line } from './line'

export const ENDPOINT = '/api/v1/attachments/uploads'
export const PIECE = 256 * 1024
const LEAST_PIECE = 32 * 1024

/** What became of it. `again`: it stays and is tried later, `afterS` when the server said so. */
export type Outcome =
  | { done: 'sent' }
  | { done: 'refused'; code: string }
  | { done: 'again'; why: 'unreachable' | 'login' | 'later' | 'anew' | 'elsewhere' | 'stopped'; afterS: number | null }

/** An answer of our server that is not a step forward. */
class Answered extends Error {
  constructor(readonly status: number, readonly code: string, readonly afterS: number | null) {
    super(code)
  }
}
/** No answer, or one of somebody on the way. */
class Unreached extends Error {}
/** The server has it all. */
class AlreadyThere extends Error {}

/** These are the server's last word on a photo; everything else is tried again. */
const FINAL = new Set([
  'attachment.not_a_photo', 'attachment.too_many_pixels', 'attachment.not_a_recording', 'attachment.recording_too_long', 'attachment.enough_of_this', 'attachment.id_taken', 'request.too_large',
])

export interface Sending {
  photo: PhotoRow
  content: Blob
  line: Line
  /** Where the server keeps what came of it; survives the page. */
  remember: (url: string | null) => Promise<void>
  /** Asked before each piece; false leaves the rest for later. */
  may: () => boolean
}

export async function sendPhoto({ photo, content, line, remember, may }: Sending): Promise<Outcome> {
  const { Upload } = await import('tus-js-client')
  return new Promise<Outcome>((resolve) => {
    const upload = new Upload(content, {
      endpoint: ENDPOINT,
      chunkSize: Math.max(LEAST_PIECE, PIECE >> Math.min(photo.attempts, 3)), // a line that keeps breaking gets shorter pieces
      retryDelays: null, // when to try again is the engine's rule, not the library's
      metadata: { attachment_id: photo.id, entity_type: photo.of ?? 'visit', entity_id: photo.entity ?? '', sha256: photo.sha256, mime: photo.mime },
      fingerprint: async () => photo.id,
      urlStorage: memoryOf(photo, remember),
      fileReader: {
        openFile: async (whole: Blob) => ({
          size: whole.size, slice: async (from, to) => ({ value: whole.slice(from, to), done: to >= whole.size }), close: () => undefined,
        }),
      },
      httpStack: { getName: () => 'linli', createRequest: (method, url) => new OneRequest(line, method, url) },
      onAfterResponse: (request, response) => {
        // Begun once more it may turn out to be there already: under another number, or its last answer was lost.
        if (request.getMethod() === 'POST' && Number(response.getHeader('Upload-Offset')) === photo.size) throw new AlreadyThere()
      },
      onChunkComplete: () => {
        if (may()) return
        void upload.abort()
        resolve({ done: 'again', why: 'stopped', afterS: null })
      },
      onSuccess: () => resolve({ done: 'sent' }),
      onError: (error) => resolve(outcomeOf(error)),
    })
    void upload.findPreviousUploads().then(([earlier]) => {
      if (earlier) upload.resumeFromPreviousUpload(earlier)
      upload.start()
    })
  })
}

function outcomeOf(error: Error): Outcome {
  const cause = (error as { causingError?: Error | null }).causingError ?? error
  if (cause instanceof AlreadyThere) return { done: 'sent' }
  if (!(cause instanceof Answered)) return { done: 'again', why: 'unreachable', afterS: null }
  if (FINAL.has(cause.code)) return { done: 'refused', code: cause.code }
  if (cause.status === 401) return { done: 'again', why: 'login', afterS: null }
  if (cause.code === 'attachment.not_as_declared') return { done: 'again', why: 'anew', afterS: null }
  if (cause.status === 409 || cause.status === 460) return { done: 'again', why: 'elsewhere', afterS: null }
  return { done: 'again', why: 'later', afterS: cause.afterS }
}

/** The library's memory of where an upload lives: the photo's own row on this phone, never the browser's shared storage. */
function memoryOf(photo: PhotoRow, remember: (url: string | null) => Promise<void>): UrlStorage {
  const known = (): PreviousUpload[] => photo.upload
    ? [{ size: photo.size, metadata: {}, creationTime: '', urlStorageKey: photo.id, uploadUrl: photo.upload, parallelUploadUrls: null }]
    : []
  return {
    findAllUploads: async () => known(),
    findUploadsByFingerprint: async () => known(),
    removeUpload: () => remember(null),
    addUpload: async (_, { uploadUrl }) => {
      if (uploadUrl !== photo.upload) await remember(uploadUrl)
      return photo.id
    },
  }
}

class OneRequest implements HttpRequest {
  private readonly headers: Record<string, string> = {}
  private readonly stop = new AbortController()

  constructor(private readonly line: Line, private readonly method: string, private readonly url: string) {}

  getMethod = (): string => this.method
  getURL = (): string => this.url
  setHeader = (name: string, value: string): void => void (this.headers[name] = value)
  getHeader = (name: string): string | undefined => this.headers[name]
  setProgressHandler = (): void => undefined
  abort = async (): Promise<void> => this.stop.abort()
  getUnderlyingObject = (): null => null

  async send(body: Blob | null): Promise<HttpResponse> {
    const answer = await this.line.piece(this.method, this.url, this.headers, body, this.stop)
    if (answer === null || answer.header('Tus-Resumable') !== '1.0.0') throw new Unreached()
    const { status } = answer
    const gone = this.method === 'HEAD' && (status === 404 || status === 410) // the library begins anew
    if ((status < 200 || status > 299) && !gone) {
      const afterS = Number(answer.header('Retry-After'))
      throw new Answered(status, answer.code, afterS > 0 ? afterS : null)
    }
    return {
      getStatus: () => status, getHeader: (name) => answer.header(name) ?? undefined, getBody: () => '', getUnderlyingObject: () => null,
    }
  }
}
