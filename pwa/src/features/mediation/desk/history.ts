/** What a line of a case's history says: which record, whose signature, which part; a line of before, or about what is gone, says its kind. */
import { listed, t } from '@/i18n'
import { isoDay, nearDay } from '@/ui/dates'
import { partyName, signerName, type Case } from './case'

type Line = Case['lines'][number]

export function lineWords(one: Case, line: Line): string {
  return particular(one, line) ?? t(`mediation.line.${line.action}`)
}

function particular(one: Case, { action, about }: Line): string | null {
  const party = one.parties.find((row) => row.id === about.party)?.name
  const seat = one.seats.find((row) => row.id === about.seat)?.name
  switch (action) {
    case 'party': return party ? t(`mediation.told.${about.changed ? 'party_changed' : 'party'}`, { name: party }) : null
    case 'rights': {
      const names = one.parties.filter((row) => about.parties?.split(',').includes(row.id)).map((row) => row.name)
      return names.length && about.way ? t('mediation.told.rights', { names: listed(names), way: t(`mediation.rights_way.${about.way}`) }) : null
    }
    case 'seat': case 'unseat': return seat ? t(`mediation.told.${action}`, { name: seat }) : null
    case 'objection': return party && seat ? t('mediation.told.objection', { party, name: seat }) : null
    case 'objection_decided': return party && seat ? t(`mediation.told.${about.upheld === 'yes' ? 'objection_upheld' : 'objection_not'}`, { party, name: seat }) : null
    case 'wish': return party && about.wish ? t('mediation.told.wish', { name: party, wish: t(`mediation.wish.${about.wish}`) }) : null
    case 'openness': return about.open ? t(`mediation.told.open_${about.open}`) : null
    case 'lengthen': return about.until ? t('mediation.told.lengthen', { day: nearDay(about.until) }) : null
    case 'record': return recordWords(one, about)
    case 'draft': return about.form ? t(`mediation.told.draft_${about.form}`) : null
    case 'sign': {
      if (!about.who) return null
      const off = about.signed === 'no'
      return about.who === 'committee' ? t(`mediation.told.${off ? 'unseal' : 'seal'}`) : t(`mediation.told.${off ? 'unsign' : 'sign'}`, { name: signerName(one, about.who) })
    }
    case 'part': case 'start_performing': {
      const what = one.parts.find((row) => row.id === about.part)?.what.replace(/[。；;.\s]+$/, '')
      return what && about.state ? t('mediation.told.part', { what, state: t(`mediation.part.${about.state}`) }) : null
    }
    case 'follow_up': {
      const look = one.follow_ups.find((row) => row.id === about.follow_up)
      return look && about.performed ? t('mediation.told.follow_up', { n: look.nth, performed: t(`mediation.performed.${about.performed}`) }) : null
    }
    default: return null
  }
}

/** A talk alone is named to those who see its record, and to nobody else: who does not gets no such record. */
function recordWords(one: Case, about: Line['about']): string | null {
  const record = one.records.find((row) => row.id === about.record)
  if (!record) return null
  const day = nearDay(isoDay(Date.parse(record.held_at)))
  const nth = one.records.filter((row) => row.kind === record.kind && row.held_at <= record.held_at).length
  const what = record.kind === 'private_talk'
    ? t('mediation.told.private_talk', { name: record.private_to ? partyName(one, record.private_to) : '', day })
    : t(`mediation.told.${record.kind}`, { n: nth, day, result: record.result ? t(`mediation.result.${record.result}`) : '—' })
  return about.changed ? t('mediation.told.again', { what }) : what
}
