/** What a row of the preview says: what was read, and why. */
import { listed, t } from '@/i18n'
import { dayWords } from '@/ui/dates'
import type { RosterRow } from './reading'

export interface Piece { label: string; before: string; after: string[]; empty?: boolean }
const ID_REASONS = new Set(['id_checksum', 'id_length', 'id_bad_date', 'id_precision_lost'])
const QUIET = new Set(['phone_missing', 'minor_under_14'])

export function fieldWords(field: string): string {
  return t(`roster.field.${field}`)
}
export function valueWords(field: string, value: string): string {
  if (field === 'birth_date' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return dayWords(value, '0000-01-01')
  if (field === 'care_categories') return listed(value.split('、').map((id) => t(`residents.care.${id}`)))
  if (field === 'care_begins' || field === 'care_ends') return value ? t(`residents.care.${value}`) : ''
  if (field === 'relation' && /^[a-z_]+$/.test(value)) return t(`residents.relation.${value}`)
  if (field === 'sex' && /^(male|female)$/.test(value)) return t(`residents.sex.${value}`)
  if (field === 'status') return value ? t(`roster.value.${value}`) : ''
  return value
}
/** The changes of a row, one piece a field: from what, to what. */
export function pieces(row: RosterRow): Piece[] {
  const found = new Map<string, Piece>()
  for (const change of row.changes) {
    if (change.code === 'split_people') {
      found.set('split', { label: t('roster.two_people'), before: '', after: change.after.split('、') })
      continue
    }
    if (found.has('split') && change.field === 'name') continue
    if (found.has(change.field)) continue
    const after = valueWords(change.field, change.after)
    found.set(change.field, { label: fieldWords(change.field), before: change.before.trim(), after: [after || t('roster.left_empty')], empty: !after })
  }
  return [...found.values()]
}
/** What a later roster would change on the register. */
export function differences(row: RosterRow): Piece[] {
  return row.differences.map(({ field, before, after }) => ({
    label: fieldWords(field), before: valueWords(field, before), after: [valueWords(field, after)].filter(Boolean),
  }))
}
/** What stands in "read as" for a row that was not taken or not a person. */
export function readAs(row: RosterRow): string {
  const reason = row.reasons[0] ?? ''
  if (row.action === 'skip') return t(`roster.why.${reason}`)
  if (ID_REASONS.has(reason)) return `${fieldWords('id_number')} ${row.suspect}`
  if (reason === 'name_missing' || reason === 'household_missing') return t(`roster.read.${reason}`)
  if (reason === 'birth_in_future') return `${fieldWords('birth_date')} ${valueWords('birth_date', row.suspect)}`
  if (reason === 'id_conflict') return t('roster.read.id_conflict', { row: row.duplicate_of_row ?? '' })
  if (reason.startsWith('duplicate')) return t('roster.read.duplicate', { row: duplicateOf(row) })
  if (reason === 'split_ambiguous') return row.name
  return ''
}
function duplicateOf(row: RosterRow): string {
  return row.duplicate_of_sheet ? `${row.duplicate_of_sheet} ${row.duplicate_of_row}` : String(row.duplicate_of_row ?? '')
}
export function whys(row: RosterRow): string {
  const codes = row.action === 'skip' ? [] : [...row.reasons, ...row.repairs, ...row.warnings.filter((code) => !QUIET.has(code) || row.action === 'accept')]
  return codes.map((code) => t(`roster.why.${code}`)).join('')
}
