/** Opens the volunteer's own store on this phone, with or without a network, and keeps log-in and sync acquainted. */
import { accessToken, setAccessToken } from '@/api/token'
import { ApiError } from '@/api/errors'
import { phoneTakenBack, renew, useProof } from '@/api/client'
import { forgetPhone, known, restore, session, standAlone } from '@/api/session'
import * as queries from '@/db/queries'
import * as sync from '@/sync'
import type { RouteLocationRaw } from 'vue-router'
import { ref, watch } from 'vue'
import { canStartOffline } from '@/sw/register'
import './autolock'
import { access, committeePhone, outdated, phoneOwner, proven, rememberLock, shut } from './shut'

/** False where recording works only while online: inside WeChat on an iPhone, in private windows. */
export const keepsRecords = ref(true)
/** The browser gives no storage at all: what was recorded lives in this page until it is sent. */
export const onlyInPage = ref(false)
/** How long a scanned code waits for the very first list, in milliseconds. */
const LIST_WITHIN = 8_000
sync.onAccess((now) => {
  if (now === 'choose' || now === 'dropped') rememberLock(false)
  // What opens without ever having been shut keeps nothing, and has no lock.
  else if (now === 'locked' || (now === 'open' && access.value !== 'closed')) rememberLock(true)
  access.value = now
  if (now === 'open') proven.value = null
})
sync.onOutdated(() => { outdated.value = true })
addEventListener('beforeunload', (leaving) => { if (onlyInPage.value && sync.status().waiting > 0) leaving.preventDefault() })
let opened: { userId: string; done: Promise<boolean> } | null = null

/** Whether somebody can work on this phone without logging in again. */
export async function phoneRemembers(): Promise<boolean> {
  return known() && (await sync.rememberedUser().catch(() => null)) !== null
}
/** True when a user's store is open. The store is never waiting for the network. */
export async function ensurePhone(): Promise<boolean> {
  const user = session.user ? { ...session.user, returning: false } : await remembered()
  if (!user) return false
  if (opened?.userId === user.id) return opened.done
  const done = openFor(user.id, user.name, user.returning)
  opened = { userId: user.id, done }
  return done
}
/** Somebody else of this phone: their own PIN opens it, and the log-in of the one before does not speak for them. */
export async function changePerson(person: sync.OtherUser): Promise<void> {
  standAlone()
  const done = openFor(person.userId, person.userName, true)
  opened = { userId: person.userId, done }
  await done
}
/** Resolves when the phone is open; a door that was scanned waits for it. */
function unlocked(): Promise<void> {
  return new Promise((done) => {
    const stop = watch(shut, (still) => { if (!still) { done(); queueMicrotask(() => { stop() }) } }, { immediate: true })
  })
}
/** A door code opened from outside the app: the volunteer's own home, or the page every stranger gets. */
export async function behindDoor(path: string): Promise<RouteLocationRaw | true> {
  if (!session.user && !(await phoneRemembers())) await restore()
  if ((session.user || (await phoneRemembers())) && (await ensurePhone().catch(() => false))) {
    await unlocked()
    const match = await findHome(location.origin + path)
    if (match) return { name: 'visits.household', params: { id: match.household.id }, query: { by: match.evidence, g: String(match.generation) }, replace: true }
  }
  return true
}
/** What a code means among this phone's homes; while the first list is still arriving the answer waits for it. */
export async function findHome(text: string): Promise<queries.CodeMatch | null> {
  const until = Date.now() + LIST_WITHIN
  for (;;) {
    const match = await queries.householdByCode(text)
    const { filling, lastContact } = sync.status()
    const arriving = navigator.onLine && (filling || lastContact === null)
    if (match || !arriving || Date.now() > until) return match
    await nextRows(until - Date.now())
  }
}
function nextRows(most: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, Math.min(most, 500))
    const stop = sync.onChange(finish)
    function finish() { clearTimeout(timer); stop(); done() }
  })
}
/** Log-out on this phone: what was pulled goes, what waits to be sent stays sealed for the same user. */
export async function leavePhone(): Promise<void> {
  if (opened) {
    await sync.logOut()
    opened = null
  }
  rememberLock(false)
  useProof(null)
}
async function remembered(): Promise<{ id: string; name: string; returning: boolean } | null> {
  if (known()) {
    const kept = await sync.rememberedUser().catch(() => null)
    if (kept) {
      committeePhone.value = kept.committeePhone
      if (kept.holder) void restore().then(() => { if (session.user?.id === kept.userId) sync.sessionRenewed() })
      else standAlone()
      return { id: kept.userId, name: kept.userName, returning: true }
    }
  }
  await restore()
  return session.user && { ...session.user, returning: false }
}
async function openFor(userId: string, userName: string, returning: boolean): Promise<boolean> {
  phoneOwner.value = { id: userId, name: userName }
  try {
    const { durable } = await sync.open({
      userId,
      userName,
      returning,
      appVersion: __APP_VERSION__,
      token: accessToken,
      setToken: setAccessToken,
      refresh: async (proof) => {
        useProof(proof)
        try {
          return (await renew()) && session.user?.id === userId ? 'ok' : phoneTakenBack() ? 'revoked' : 'refused'
        } catch (thrown) {
          if (!(thrown instanceof ApiError)) return 'unreachable'
          if (thrown.code === 'portal') return 'portal'
          return thrown.status >= 400 && thrown.status < 500 ? 'refused' : 'unreachable'
        }
      },
      cleared: () => {
        opened = null
        useProof(null)
        forgetPhone()
        rememberLock(false)
        // A fresh page: nothing of the old one stays in memory.
        location.replace('/phone-off')
      },
    })
    keepsRecords.value = durable && canStartOffline()
    onlyInPage.value = !durable
    return true
  } catch (thrown) {
    opened = null
    throw thrown
  }
}
watch(() => session.user?.id, (id) => {
  if (id && opened?.userId === id) sync.sessionRenewed()
})
/** Who uses this phone, for the page about oneself; opens the store when there is one. */
export async function phoneUser(): Promise<{ id: string; name: string } | null> {
  const kept = known() ? await sync.rememberedUser().catch(() => null) : null
  if (!kept) return null
  await ensurePhone().catch(() => false)
  return { id: kept.userId, name: kept.userName }
}
