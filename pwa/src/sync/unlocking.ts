/** The lock in front of this page's store: choosing, opening, proving and changing what opens it. */
import type { SyncDoor } from './index'
import { changedPin, factsOf, newPin, openedByPhone, phoneForPin, pinForPhone, tryPin } from './locking'
import { atPlace, page, setAccess, shutStore } from './page'
import type { At } from './page'
import { halt, lockNow, openStore, shutNow, start } from './running'
import type { LockFacts } from '../db/lock/vault'

/** The profile's own key is here: everything opens. */
async function enter(own: CryptoKey): Promise<void> {
  const at = atPlace()
  const store = shutStore()?.unlocked(own) ?? (await openStore(at, own))
  await halt(store)
  await start(at.session, at, store)
  setAccess('open')
  noteCommittee()
}

function noteCommittee(): void {
  const phone = page.here?.store.replica.rows('area')[0]?.phone
  if (page.place && phone !== undefined) void page.place.register.note(page.place.profile.id, phone).catch(() => undefined)
}

async function refused(at: At, facts: LockFacts): Promise<LockFacts> {
  if (facts.kind === 'dropped') await shutNow(at, 'dropped')
  return facts
}

export const unlocking: Pick<SyncDoor,
  'access' | 'lockFacts' | 'choosePin' | 'unlock' | 'provePin' | 'changePin' | 'unlockByPhone' | 'phoneForPin' | 'pinForPhone' | 'lock'> = {
  access: () => page.access,

  lockFacts: () => factsOf(atPlace()),

  async choosePin(pin) {
    await halt()
    const at = atPlace()
    const { own, profile } = await newPin(at, pin)
    page.place = { ...at, profile }
    await enter(own)
  },

  async unlock(pin) {
    const opened = await tryPin(atPlace(), pin)
    if (opened.own) await enter(opened.own)
    else if (opened.facts.kind === 'dropped') setAccess('dropped')
    return opened.own ? null : opened.facts
  },

  async provePin(pin) {
    const at = atPlace()
    const tried = await tryPin(at, pin)
    return tried.own ? null : refused(at, tried.facts)
  },

  async changePin(pin, next) {
    const at = atPlace()
    const facts = await changedPin(at, pin, next)
    return facts && refused(at, facts)
  },

  async unlockByPhone(secret) {
    const own = await openedByPhone(atPlace(), secret)
    if (own) await enter(own)
    return own !== null
  },

  async phoneForPin(pin, made) {
    const at = atPlace()
    const facts = await phoneForPin(at, pin, made)
    return facts && refused(at, facts)
  },

  pinForPhone: (secret, next) => pinForPhone(atPlace(), secret, next),

  lock: lockNow,
}
