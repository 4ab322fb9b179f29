/**
 * From a PIN to a key. Argon2id, because a guess then costs memory as well as time; PBKDF2 where
 * the browser bars WebAssembly. The outcome is run through a key this browser profile holds and
 * never gives out, so the PIN alone opens nothing elsewhere. (docs/decisions/0012)
 */
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
  const { argon2id } = await import('hash-wasm')
  return argon2id({
    password: text.encode(pin), salt, parallelism: 1, iterations: kdf.passes, memorySize: kdf.memoryKiB, hashLength: 32, outputType: 'binary',
  })
}

/** The key-encrypting key: needs the PIN, the salt, and this profile's own key together. */
export async function kekFromPin(pepper: CryptoKey, kdf: Kdf, pin: string, salt: Uint8Array): Promise<CryptoKey> {
  const raw = await crypto.subtle.sign('HMAC', pepper, (await stretched(kdf, pin, salt)) as BufferSource)
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export function makePepper(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign'])
}

/** What this browser can do best. */
export function bestKdf(): Kdf {
  return typeof WebAssembly === 'object' ? ARGON2ID : PBKDF2
}
