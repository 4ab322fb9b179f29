/** The answers of a visit's form in the words of the paper form. */
import { t } from '@/i18n'
import { dayWords } from '@/ui/dates'

export interface Answer { label: string; value: string }
type Raw = Record<string, unknown>
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const HAZARDS = new Set(['gas', 'electric', 'heating_co', 'fire', 'falls', 'structure', 'flood', 'scam', 'other'])
const NEEDS = new Set(['meal', 'cleaning', 'medical_escort', 'errand', 'repair', 'companionship', 'bathing', 'subsidy'])
const POLICIES = new Set(['elder', 'aid', 'medical', 'scam', 'fire', 'disaster'])
const NEXT = new Set(['none', 'revisit', 'refer', 'escalate'])

/** Every answered question, in the order of the form; `people` gives names to who was met. */
export function answersOf(raw: Raw, people: ReadonlyMap<string, string>): Answer[] {
  const rows: Answer[] = []
  const add = (label: string, value: string) => { if (value) rows.push({ label, value }) }
  const list = (known: ReadonlySet<string>, prefix: string, value: unknown) => texts(value).map((one) => (known.has(one) ? t(`${prefix}.${one}`) : one)).join(t('tasks.comma'))
  add(t('tasks.people_met'), texts(raw.people_met).map((id) => people.get(id) ?? '').filter(Boolean).join(t('tasks.comma')))
  if (Array.isArray(raw.hazards)) add(t('tasks.hazards'), list(HAZARDS, 'visits.hazard', raw.hazards) || t('tasks.hazards_none'))
  add(t('tasks.needs'), list(NEEDS, 'visits.need', raw.needs))
  add(t('tasks.policies'), list(POLICIES, 'visits.policy', raw.policies_told))
  add(t('tasks.items'), items(raw.items_given))
  add(t('tasks.opinion'), text(raw.opinion))
  add(t('tasks.family_changes'), text(raw.family_changes))
  const next = text(raw.next_action)
  if (next) {
    const what = NEXT.has(next) ? t(`visits.next.${next}`) : next
    add(t('tasks.next'), text(raw.next_date) ? t('tasks.next_on', { what, day: dayWords(text(raw.next_date)) }) : what)
  }
  if (typeof raw.duration_min === 'number') add(t('tasks.duration'), t('tasks.minutes', { n: raw.duration_min }))
  add(t('tasks.filled_for'), text(raw.filled_for))
  if (Array.isArray(raw.attachments) && raw.attachments.length) add(t('tasks.photos'), t('tasks.photos_n', { n: raw.attachments.length }))
  return rows
}
function items(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return value.map((one: unknown) => {
    const item = one as { name?: unknown; qty?: unknown; unit?: unknown } | null
    return item ? `${text(item.name)} ${typeof item.qty === 'number' ? item.qty : ''}${text(item.unit)}` : ''
  }).filter(Boolean).join(t('tasks.comma'))
}
