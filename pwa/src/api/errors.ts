/** Turns whatever went wrong with a request into one shape and one sentence with a way out. */
import { t } from '@/i18n'

export interface ErrorBody { error: string; message: string; fields?: Record<string, unknown>; details?: Record<string, unknown> }

export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** closed list kept by the server, or `offline` */
    readonly code: string,
    message: string,
    readonly fields: Record<string, unknown> = {},
    readonly details: Record<string, unknown> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
  get offline(): boolean { return this.code === 'offline' || this.code === 'portal' }
  /** The first sentence about a field, for showing under it. */
  field(name: string): string | null {
    const value = this.fields[name]
    if (typeof value === 'string') return value
    return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : null
  }
}
export function offlineError(): ApiError {
  return new ApiError(0, 'offline', t('core.error.offline'))
}
/** Something on the way answered instead of the server: a network that wants a log-in of its own. */
export function portalError(): ApiError {
  return new ApiError(0, 'portal', t('core.error.offline'))
}
export function errorFrom(status: number, body: unknown, headers: Headers): ApiError {
  const after = Number(headers.get('Retry-After'))
  const retry = Number.isFinite(after) && after > 0 ? after : null
  if (isErrorBody(body)) return new ApiError(status, body.error, body.message || fallback(status, retry), body.fields, body.details, retry)
  return new ApiError(status, 'unknown', fallback(status, retry), {}, {}, retry)
}
/** One sentence for a person, whatever was thrown. */
export function sentence(thrown: unknown): string {
  return thrown instanceof ApiError ? thrown.message : t('core.error.unknown')
}
function fallback(status: number, retry: number | null): string {
  if (status === 401) return t('core.error.session')
  if (status === 426) return t('core.error.too_old')
  if (status === 429) return t('core.error.slow_down', { n: retry ?? 30 })
  return t('core.error.unknown')
}
function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && typeof (body as ErrorBody).error === 'string' && typeof (body as ErrorBody).message === 'string'
}
