/**
 * From a PIN to a key. Argon2id, because a guess then costs memory as well as time; PBKDF2 where
 * the browser bars WebAssembly. The outcome is run through a key this browser profile holds and
 * never gives out, so the PIN alone opens nothing elsewhere. (docs/decisions/0012)
 */
import { ownScript } from '../../device/trusted'
import type { Task } from './argon2'
import workerUrl from './stretchWorker?worker&url'

export type Kdf = { name: 'argon2id'; memoryKiB: number; passes: number } | { name: 'pbkdf2'; iterations: number }

export const ARGON2ID: Kdf = { name: 'argon2id', memoryKiB: 46 * 1024, passes: 1 }
export const PBKDF2: Kdf = { name: 'pbkdf2', iterations: 600_000 }

const text = new TextEncoder()

/** How long it took is left for whoever measures, under the name `linli.pin`. */
async function stretched(kdf: Kdf, pin: string, salt: Uint8Array): Promise<Uint8Array> {
  const start = performance.now()
  const key = await stretch(kdf, pin, salt)
  performance.measure('linli.pin', { start })
  return key
}

async function stretch(kdf: Kdf, pin: string, salt: Uint8Array): Promise<Uint8Array> {
  if (kdf.name === 'pbkdf2') {
    const key = await crypto.subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveBits'])
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt: salt as BufferSource, iterations: kdf.iterations }
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256))
  }
  return inWorker({ pin, salt, memoryKiB: kdf.memoryKiB, passes: kdf.passes })
}

let spare: Worker | null = null

/** Call when a PIN is about to be asked for, so that the stretching begins at once. */
export function prepareStretch(): void {
  if (typeof Worker !== 'undefined') spare ??= new Worker(ownScript(workerUrl), { type: 'module', name: 'stretch' })
}

async function inWorker(task: Task): Promise<Uint8Array> {
  prepareStretch()
  const worker = spare
  spare = null
  const key = worker && (await new Promise<unknown>((done) => {
    worker.onmessage = (event) => done(event.data)
    worker.onerror = () => done(null)
    worker.postMessage(task)
  }))
  worker?.terminate()
  // A browser that lets the page compute and its workers not still opens.
  return key instanceof Uint8Array ? key : (await import('./argon2')).argon2(task)
}

/** The key-encrypting key: needs the PIN, the salt, and this profile's own key together. */
export async function kekFromPin(pepper: CryptoKey, kdf: Kdf, pin: string, salt: Uint8Array): Promise<CryptoKey> {
  const raw = await crypto.subtle.sign('HMAC', pepper, (await stretched(kdf, pin, salt)) as BufferSource)
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** The same from a secret of the phone's chip: 32 bytes nobody can guess, so nothing has to be stretched. */
export async function kekFromPhone(pepper: CryptoKey, secret: Uint8Array): Promise<CryptoKey> {
  const raw = await crypto.subtle.sign('HMAC', pepper, secret as BufferSource)
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export function makePepper(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign'])
}

/** What this browser can do best. */
export function bestKdf(): Kdf {
  return typeof WebAssembly === 'object' ? ARGON2ID : PBKDF2
}
