/**
 * The invented village: eight homes as a phone would hold them. Nobody in it can be called, and its ids are none that
 * a server takes.
 */
import { codeHash } from '@/db/queries'
import { DOORS } from '@/device/scan/practiceDoors'
import type { AreaRow, HouseholdRow, Plate, TaskRow } from '@/db/queries'
import { t } from '@/i18n'
import { isoDay } from '@/ui/dates'

export const AREA = 'practice-area'
/** Keys the door codes of this village and of no other. */
const CODE_KEY = 'cHJhY3RpY2UtdmlsbGFnZS1vbmx5'
const DAY = 86_400_000

interface Home {
  plate: Plate
  address: string
  name: string
  /** Who else lives there. */
  with?: string
  shortCode: string
  form: 'F1' | 'F2'
  /** Days since somebody was there; null when nobody ever was. */
  last: number | null
  agreed: ('shop' | 'talk' | 'knock')[]
  /** Days until the visit is due; null when there is none. */
  due: number | null
}
const flat = (building: string, unit: string, room: string): Pick<Home, 'plate' | 'address'> =>
  ({ plate: { building, unit, room, house: null }, address: `${building}号楼${unit}单元${room}` })

export const HOMES: readonly Home[] = [
  { ...flat('3', '2', '501'), name: '桑晓岚', shortCode: '1234567K', form: 'F1', last: 16, agreed: ['shop', 'knock'], due: 0 },
  { ...flat('1', '1', '102'), name: '苗春雨', shortCode: '2345678B', form: 'F2', last: 20, agreed: ['talk'], due: 0 },
  { ...flat('12', '3', '1704'), name: '谷立秋', with: '谷穗穗', shortCode: '3456789G', form: 'F1', last: null, agreed: [], due: 1 },
  { plate: { building: null, unit: null, room: null, house: '7' }, address: '杏花巷7号', name: '梅小满', shortCode: '4567891Z', form: 'F1', last: 9, agreed: ['talk'], due: 3 },
  { ...flat('5', '1', '301'), name: '叶知霜', shortCode: '5678912M', form: 'F1', last: 5, agreed: [], due: null },
  { ...flat('5', '2', '602'), name: '柳听泉', shortCode: '6789123P', form: 'F2', last: 3, agreed: ['knock'], due: null },
  { ...flat('8', '1', '203'), name: '白露初', with: '白雪笺', shortCode: '7891234Q', form: 'F1', last: 12, agreed: [], due: null },
  { ...flat('8', '3', '404'), name: '荷塘清', shortCode: '8912345G', form: 'F1', last: 7, agreed: ['shop'], due: null },
]

export const homeId = (k: number): string => `practice-home-${k + 1}`
export const taskId = (k: number): string => `practice-task-${k + 1}`
export const homeIds = (): string[] => HOMES.map((_, k) => homeId(k)).sort()

export function area(): AreaRow {
  return { id: AREA, name: t('practice.village'), path: '', phone: null, emergency: [], code_key: CODE_KEY, dial_key: '', colleagues: [{ id: 'practice-colleague', name: '邬竹青' }] }
}

export async function household(k: number, now: number): Promise<HouseholdRow> {
  const home = HOMES[k] as Home
  const hash = await codeHash(CODE_KEY, { kind: 'short', value: home.shortCode })
  // Nobody has the code printed: the scan screen shows a picture of it to scan.
  const token = await codeHash(CODE_KEY, { kind: 'token', value: DOORS[k]!.token })
  const last = home.last === null ? null : { date: isoDay(now - home.last * DAY), kind: 'visit', by: '邬竹青', outcome: 'met', next: 'none' }
  return {
    id: homeId(k), area_id: AREA, plate: home.plate, address: home.address, display_name: home.name,
    people: [home.name, ...(home.with ? [home.with] : [])].map((name, n) => ({ id: `${homeId(k)}-${n}`, name, relation_label: t(n ? 'practice.child' : 'practice.self') })),
    contacts: [], agreed: home.agreed.map((what) => t(`practice.agreed.${what}`)), notes: [],
    last_contact: last, last_contact_days: home.last,
    codes: [{ t: token, s: hash, g: 1, state: 'current' }], form: home.form,
  }
}

export function task(k: number, now: number): TaskRow | null {
  const home = HOMES[k] as Home
  if (home.due === null) return null
  return {
    id: taskId(k), kind: 'home_visit', household_id: homeId(k), plate: home.plate, address: home.address, display_name: home.name, state: 'assigned',
    assignee: 'me', priority: HOMES.length - k, reasons: [home.last === null ? 'never_met' : `no_contact:${home.last}`],
    due_from: isoDay(now), due_to: isoDay(now + home.due * DAY), note: null, agreed: [], version: 1,
  }
}
