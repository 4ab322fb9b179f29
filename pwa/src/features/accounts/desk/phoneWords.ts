/** How the committee's pages speak of a phone: what it said last, whether it was taken out of use, whether it has cleared itself. */
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { dayWords, isoDay, nearTime } from '@/ui/dates'

type Phone = components['schemas']['EnrolledPhone']

export function unsentWords(one: Phone): string {
  if (one.unsent > 0) return one.unsent_since ? t('accounts.phones.unsent_since', { n: one.unsent, day: dayWords(isoDay(one.unsent_since)) }) : t('accounts.phones.unsent', { n: one.unsent })
  return one.missing > 0 ? t('accounts.phones.missing', { n: one.missing }) : t('accounts.phones.unsent_none')
}
/** A phone out of use: since when and why, and how far it is with clearing itself. */
export function offWords(one: Phone): string[] {
  if (!one.revoked_at) return []
  return [
    t('accounts.phones.off_since', { time: nearTime(one.revoked_at), why: one.revoke_reason ?? '' }),
    one.cleared_at ? t('accounts.phones.cleared', { time: nearTime(one.cleared_at) }) : t('accounts.phones.not_cleared'),
    ...(one.kept ? [t('accounts.phones.kept', { n: one.kept })] : []),
  ]
}
