/** The register of this phone's people, opened once; a start asks it several times. */
import { NoStorage } from '../db/idb'
import { Register } from '../db/profiles'
import type { Place } from './locking'
import type { Session } from './index'

let register: Promise<Register> | null = null
function theRegister(): Promise<Register> {
  register ??= Register.open().catch((error: unknown) => { register = null; throw error })
  return register
}

export function closeRegister(): void {
  const was = register
  register = null
  void was?.then((one) => one.close(), () => undefined)
}

/** Asks the register; null where nothing can be kept. */
export async function withRegister<T>(ask: (register: Register) => Promise<T>): Promise<T | null> {
  const found = await theRegister().catch(() => null)
  return found && ask(found)
}

/** The database of whoever was here last, for handing over without opening it. */
export async function lastDatabase(): Promise<string | undefined> {
  return (await (await theRegister()).lastLoggedIn())?.db
}

/** The person's profile on this phone, new or found; null where nothing can be kept. */
export async function placeOf(session: Session): Promise<Place | null> {
  try {
    const register = await theRegister()
    const back = session.returning ? await register.comeBack(session.userId, Date.now()) : null
    return { register, profile: back ?? (await register.take(session.userId, session.userName, Date.now())) }
  } catch (error) {
    if (!(error instanceof NoStorage)) throw error
    return null
  }
}
