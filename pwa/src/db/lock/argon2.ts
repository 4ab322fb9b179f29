/** Argon2id itself: run in a worker of its own, or in the page where there are no workers. */
import { argon2id } from 'hash-wasm'

export interface Task { pin: string; salt: Uint8Array; memoryKiB: number; passes: number }

export function argon2({ pin, salt, memoryKiB, passes }: Task): Promise<Uint8Array> {
  return argon2id({
    password: new TextEncoder().encode(pin), salt, parallelism: 1, iterations: passes, memorySize: memoryKiB, hashLength: 32, outputType: 'binary',
  })
}
