// @vitest-environment happy-dom
/**
 * The practice village runs the real store, engine and screens' door, and has no road out: nothing is fetched, nothing
 * of a person's phone is opened. The same run with the real line in its place is caught.
 */
import 'fake-indexeddb/auto'
import { ESLint } from 'eslint'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { carriedFiles, keepCarried } from '../../db/carried'
import type { Line } from '../line'
import type { VisitPayload } from '../wire'

let sync: typeof import('../index')
let queries: typeof import('../../db/queries')
let village: typeof import('../../features/practice/village')
let Committee: typeof import('../../features/practice/committee').PracticeCommittee
let signal = true
const fetched = vi.fn(async () => { throw new TypeError('no route') })

beforeEach(async () => {
  vi.resetModules()
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('fetch', fetched)
  fetched.mockClear()
  signal = true
  sync = await import('../index')
  queries = await import('../../db/queries')
  village = await import('../../features/practice/village')
  Committee = (await import('../../features/practice/committee')).PracticeCommittee
})

afterEach(() => sync.close())

function visit(k: number, met: VisitPayload['met'] = 'met'): VisitPayload {
  return {
    household_id: village.homeId(k), task_id: village.task(k, Date.now())?.id ?? null, visit_date: '2026-11-26', mode: 'door', purpose: 'routine', met,
    people_met: [], family_changes: null, needs: [], hazards: [], policies_told: [], items_given: [], opinion: null, next_action: 'none', next_date: null,
    duration_min: null, filled_for: null, evidence: 'short_code', code_generation: 1, attachments: [], form: 'F1', form_version: 1,
  }
}
const until = (what: () => boolean | Promise<boolean>) => vi.waitFor(async () => { if (!(await what())) throw new Error('not yet') }, { timeout: 10_000 })
const today = () => queries.today('2099-01-01').map(({ task }) => task.display_name)
const wake = () => dispatchEvent(new Event('online'))

/** A whole practice: the list comes, a door is typed, a visit arrives, one waits without a signal and goes with it. */
async function practise(line: Line): Promise<void> {
  await sync.practise(line)
  await until(() => today().length === 4)
  const match = await queries.householdByCode(village.HOMES[0]!.shortCode)
  expect(match?.household.display_name).toBe('桑晓岚')
  const { attachment_id } = await sync.addPhoto({ blob: new Blob(['photo'], { type: 'image/jpeg' }), draftKey: 'visit:1' })
  await sync.enqueue('visit.record', { ...visit(0), attachments: [{ attachment_id, sha256: 'aa', size: 5, mime: 'image/jpeg' }] }, { draftKey: 'visit:1' })
  await until(() => sync.status().waiting === 0 && today().length === 3)
  await until(() => sync.status().photosWaiting === 0)
  expect(queries.household(village.homeId(0))?.last_contact).toMatchObject({ by: 'practice.you', outcome: 'met' })
  signal = false
  await sync.enqueue('visit.record', visit(1, 'not_met'))
  await until(() => sync.status().reachable === false)
  expect((await queries.localRecords()).map(({ place }) => place)).toEqual(['here', 'received'])
  signal = true
  wake()
  await until(() => sync.status().waiting === 0)
  expect((await queries.localRecords()).map(({ place }) => place)).toEqual(['received', 'received'])
}
const committee = (): Line => new Committee(() => signal)
const nothingWentOut = () => { expect(fetched).not.toHaveBeenCalled() }

describe('the practice village', () => {
  it('practises a day without one request', async () => {
    await practise(committee())
    nothingWentOut()
  })

  it('is caught when its line is the real one', async () => {
    const { Transport } = await import('../transport')
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const session = { userId: 'u', userName: '', appVersion: 'test', token: () => 'token', setToken: () => undefined, refresh: async () => 'ok' as const }
    await sync.practise(new Transport(session, pair.privateKey))
    await until(() => sync.status().reachable === false)
    expect(nothingWentOut).toThrow()
  })

  it('opens no store of anybody’s, and a page of it never will', async () => {
    await practise(committee())
    expect((await indexedDB.databases()).map(({ name }) => name)).toEqual(['linli-practice'])
    await expect(sync.open({ userId: 'u-1', userName: '苏竹', appVersion: 'test', token: () => null, setToken: () => undefined, refresh: async () => 'ok' })).rejects.toThrow()
    expect(await sync.people()).toEqual([])
  })

  it('carries nothing for neighbours and hands nothing over', async () => {
    await keepCarried({ id: 'f-1', device: 'd-1', count: 2, text: '{}', addedAt: 0, attempts: 0, refused: null })
    await practise(committee())
    expect(await sync.carried()).toEqual({ neighbours: 0, entries: 0, refused: 0 })
    expect((await sync.exportSealed()).files).toEqual([])
    expect(await carriedFiles()).toMatchObject([{ id: 'f-1', attempts: 0 }])
    nothingWentOut()
  })

  it('is there again when the page is, and gone when it is begun anew', async () => {
    await practise(committee())
    await sync.practise(committee())
    await until(() => today().length === 3)
    expect(await queries.localRecords()).toHaveLength(2)
    await sync.practiseAnew()
    expect(await indexedDB.databases()).toEqual([])
    await sync.practise(committee())
    await until(() => today().length === 4)
    expect(await queries.localRecords()).toEqual([])
  })

  it('has short codes that a door could have, and ids that no server takes', async () => {
    const { readShortCode } = await import('../../device/scan/doorText')
    for (const { shortCode } of village.HOMES) expect(readShortCode(shortCode)).toEqual({ ok: true, code: shortCode })
    for (const id of village.homeIds()) expect(id).not.toMatch(/^[0-9a-f]{8}-/)
  })

  it('may import no road to the network, and is told so', async () => {
    const lint = new ESLint()
    const complaints = async (code: string) => {
      const [result] = await lint.lintText(code, { filePath: 'src/features/practice/planted.ts' })
      return result!.messages.map(({ ruleId }) => ruleId)
    }
    for (const from of ['@/api/client', '@/api/session', '@/app/phone', '../../sync/transport', '../../db/store']) {
      expect([from, await complaints(`import * as road from '${from}'\nexport const way = road\n`)]).toEqual([from, ['boundaries/dependencies']])
    }
    expect(await complaints("export const way = () => fetch('/api/v1')\n")).toEqual(['no-restricted-globals'])
    expect(await complaints("export const way = () => new WebSocket('wss://x')\n")).toEqual(['no-restricted-globals'])
    expect(await complaints("export const way = () => navigator.sendBeacon('/api/v1')\n")).toEqual(['no-restricted-properties'])
    expect(await complaints("import * as sync from '@/sync'\nexport const way = sync\n")).toEqual([])
  }, 60_000)
})
