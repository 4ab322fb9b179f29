/** The answers of a visit's form in the words of the paper form. */
import { answerWords, formOf, inWords, type Form, type Question } from '@/api/forms'
import { t } from '@/i18n'
import { dayWords } from '@/ui/dates'
import { modeWords, outcomeWords } from './words'

export interface Answer { key: string; label: string; value: string; watch?: boolean }
type Raw = Record<string, unknown>
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Every answered question, in the order of the form and in the words of the version it was recorded with; `people` gives names to who was met. */
export function answersOf(raw: Raw, people: ReadonlyMap<string, string>): Answer[] {
  const form = formOf(raw.form, raw.form_version)
  const rows: Answer[] = []
  const add = (key: string, label: string, value: string) => { if (value) rows.push({ key, label, value }) }
  const list = (question: string, value: unknown) => texts(value).map((one) => answerWords(question, one, form)).join(t('tasks.comma'))
  add('people_met', t('tasks.people_met'), texts(raw.people_met).map((id) => people.get(id) ?? '').filter(Boolean).join(t('tasks.comma')))
  rows.push(...headsOf(raw, form))
  if (Array.isArray(raw.hazards)) add('hazards', t('tasks.hazards'), list('hazards', raw.hazards) || t('tasks.hazards_none'))
  for (const one of form.questions.filter((each) => !SHARED.has(each.id))) add(one.id, inWords(one.words), said(one, raw, form))
  add('own', t('tasks.own'), ownRaw(raw.own))
  add('needs', t('tasks.needs'), list('needs', raw.needs))
  add('policies_told', t('tasks.policies'), list('policies_told', raw.policies_told))
  add('items_given', t('tasks.items'), items(raw.items_given))
  add('opinion', t('tasks.opinion'), text(raw.opinion))
  add('family_changes', t('tasks.family_changes'), text(raw.family_changes))
  const next = text(raw.next_action)
  if (next) {
    const what = answerWords('next_action', next, form)
    add('next_action', t('tasks.next'), text(raw.next_date) ? t('tasks.next_on', { what, day: dayWords(text(raw.next_date)) }) : what)
  }
  if (typeof raw.duration_min === 'number') add('duration_min', t('tasks.duration'), t('tasks.minutes', { n: raw.duration_min }))
  add('filled_for', t('tasks.filled_for'), text(raw.filled_for))
  const sent = Array.isArray(raw.attachments) ? (raw.attachments as { mime?: unknown }[]) : []
  const sounds = sent.filter((one) => typeof one.mime === 'string' && one.mime.startsWith('audio/')).length
  if (sent.length > sounds) add('attachments', t('tasks.photos'), t('tasks.photos_n', { n: sent.length - sounds }))
  if (sounds) add('recordings', t('tasks.recordings'), t('tasks.recordings_n', { n: sounds }))
  return rows
}
/** Questions every form shares have a place and a short name of their own on the page. */
const SHARED = new Set(['hazards', 'needs', 'policies_told', 'next_action'])
function said(one: Question, raw: Raw, form: Form): string {
  const value = raw[one.id]
  return one.many ? texts(value).map((each) => answerWords(one.id, each, form)).join(t('tasks.comma')) : answerWords(one.id, text(value), form)
}
/** The heads of an elder's check by their names on the paper form; one that was not asked says so. */
function headsOf(raw: Raw, form: Form): Answer[] {
  return form.heads.map((head): Answer => {
    const answer = raw[head.id] as { state?: unknown; signs?: unknown } | null | undefined
    const signs = texts(answer?.signs).map((id) => inWords(head.signs.find((one) => one.id === id) ?? { zh: id, en: id })).join(t('tasks.comma'))
    const value = answer?.state === 'well' ? t('tasks.head_well') : answer?.state === 'watch' ? (signs ? t('tasks.head_watch_signs', { signs }) : t('tasks.head_watch')) : t('tasks.head_not_asked')
    return { key: head.id, label: inWords(head.paper), value, watch: answer?.state === 'watch' }
  })
}
/** An entry that waits, by the names of the sheet; once it counts its visit is read in words. */
function ownRaw(own: unknown): string {
  const answers = (own as { answers?: Record<string, unknown> } | null | undefined)?.answers
  return Object.entries(answers ?? {}).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(t('tasks.comma')) : String(value)}`).join('；')
}
/** The same with what stands at the head of the form: when, how, who was met. */
export function wholeForm(raw: Raw, people: ReadonlyMap<string, string> = new Map()): Answer[] {
  const head: Answer[] = []
  if (text(raw.visit_date)) head.push({ key: 'visit_date', label: t('tasks.visit_date'), value: dayWords(text(raw.visit_date)) })
  if (text(raw.met)) head.push({ key: 'met', label: t('tasks.met'), value: outcomeWords(text(raw.met)) })
  if (text(raw.mode)) head.push({ key: 'mode', label: t('tasks.col_mode'), value: modeWords(text(raw.mode)) })
  return [...head, ...answersOf(raw, people)]
}
export interface Side { key: string; label: string; a: string; b: string; differs: boolean }
/** Two forms side by side, answer by answer; what differs comes first. */
export function sideBySide(a: Raw, b: Raw): Side[] {
  const left = wholeForm(a)
  const right = wholeForm(b)
  const labels = new Map([...left, ...right].map((one) => [one.key, one.label]))
  const value = (rows: Answer[], key: string) => rows.find((one) => one.key === key)?.value ?? ''
  return [...labels].map(([key, label]): Side => {
    const [one, two] = [value(left, key), value(right, key)]
    return { key, label, a: one, b: two, differs: one !== two }
  }).sort((x, y) => Number(y.differs) - Number(x.differs))
}
function items(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return value.map((one: unknown) => {
    const item = one as { name?: unknown; qty?: unknown; unit?: unknown } | null
    return item ? `${text(item.name)} ${typeof item.qty === 'number' ? item.qty : ''}${text(item.unit)}` : ''
  }).filter(Boolean).join(t('tasks.comma'))
}
