/** What the case screens share: the types of the contract, one case read and changed, and where it stands in ten steps. */
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import { ApiError, sentence } from '@/api/errors'
import type { components } from '@/api/schema'
import { listed, t } from '@/i18n'
import { nearDay } from '@/ui/dates'

export type Answer = components['schemas']['CaseAnswer']
export type Case = Answer['case']
export type Outlook = Answer['outlook']
export type Party = Case['parties'][number]
export type Seat = Case['seats'][number]
export type StepBody = components['schemas']['StepWrite']

export { DISPUTE_TYPES as TYPES } from '@/api/desk/disputes'
export const LEVELS = ['general', 'major', 'critical'] as const
export const SOURCES = ['by_party', 'by_committee', 'transferred'] as const
export const FROM = ['court', 'police', 'petition_office', 'other'] as const
export const SIDES = ['applicant', 'respondent', 'third'] as const
export const WAYS = ['arbitration', 'administrative', 'court'] as const
export const STAGES = ['apply', 'accept', 'rights', 'seats', 'investigation', 'session', 'agreement', 'perform', 'follow_up', 'archive'] as const
export type Stage = (typeof STAGES)[number]
export interface Step { stage: Stage; state: 'done' | 'now' | 'later' | 'left_out'; note: string }

const AFTER = ['performed', 'archived']

function done(stage: Stage, one: Case): boolean {
  const looks = one.follow_ups.filter((look) => !look.called_off)
  switch (stage) {
    case 'apply': return true
    case 'accept': return one.accepted_on !== null
    case 'rights': return one.parties.length > 0 && one.parties.every((party) => party.rights_on !== null)
    case 'seats': return sitting(one).length > 0 && !one.seats.some((seat) => seat.objected_on !== null && seat.upheld === null)
    case 'investigation': return one.records.some((record) => record.kind === 'investigation')
    case 'session': return one.records.some((record) => record.kind === 'session')
    case 'agreement': return !!one.agreement?.effective_on
    case 'perform': return AFTER.includes(one.status) || (one.parts.length > 0 && one.parts.every((part) => part.state === 'done'))
    case 'follow_up': return looks.length > 0 && looks.every((look) => look.done_on !== null)
    case 'archive': return one.archived_on !== null
  }
}
/** The ten steps of the law with where this case stands; what it never came to is left out, not undone. */
export function stepsOf(one: Case): Step[] {
  const stopped = one.status === 'declined' || one.end_reason === 'declined' || (one.agreement?.effective_on == null && ['terminated', 'archived'].includes(one.status))
  const states = STAGES.map((stage) => done(stage, one))
  const first = stopped ? STAGES.length - 1 : states.findIndex((yes, k) => !yes && !(STAGES[k] === 'investigation' && states[k + 1]))
  return STAGES.map((stage, k) => ({
    stage,
    state: states[k] ? 'done' : k === first && one.status !== 'declined' ? 'now' : stopped || (k < first) ? 'left_out' : 'later',
    note: noteOf(stage, one),
  }))
}
export function sitting(one: Case): Seat[] { return one.seats.filter((seat) => seat.until_on === null) }

function noteOf(stage: Stage, one: Case): string {
  const told = one.parties.flatMap((party) => (party.rights_on ? [party.rights_on] : [])).sort()
  const looked = one.records.filter((record) => record.kind === 'investigation')
  const talks = one.records.filter((record) => record.kind === 'session').length
  switch (stage) {
    case 'apply': return `${nearDay(one.applied_on)} ${t(`mediation.source.${one.source}`)}`
    case 'accept': return one.accepted_on ? nearDay(one.accepted_on) : one.status === 'declined' ? t('mediation.status.declined') : ''
    case 'rights': return told.length ? t('mediation.stage.rights_note', { day: nearDay(told.at(-1)!), n: told.length, of: one.parties.length }) : ''
    case 'seats': return listed(sitting(one).map((seat) => seat.name))
    case 'investigation': return looked.length ? nearDay(looked.at(-1)!.held_at.slice(0, 10)) : ''
    case 'session': return talks ? t('mediation.stage.session_note', { n: talks }) : ''
    case 'agreement': return one.agreement ? (one.agreement.effective_on ? `${nearDay(one.agreement.effective_on)} ${t(`mediation.form.${one.agreement.form}`)}` : t('mediation.stage.writing')) : ''
    case 'perform': return one.agreement?.due_on ? t('mediation.by_day', { day: nearDay(one.agreement.due_on) }) : ''
    case 'follow_up': return listed(one.follow_ups.filter((look) => !look.called_off).map((look) => nearDay(look.done_on ?? look.due_on)))
    case 'archive': return one.archived_on ? nearDay(one.archived_on) : ''
  }
}
export function partyName(one: Case, id: string | null): string { return one.parties.find((party) => party.id === id)?.name ?? '' }
export function statusKind(status: string): '' | 'g' | 'a' | 'b' | 'n' {
  if (status === 'breached') return 'a'
  if (status === 'terminated' || status === 'declined') return 'n'
  if (status === 'applied') return 'b'
  return status === 'archived' ? '' : 'g'
}
/** Who still has to sign, in words. */
export function signerName(one: Case, who: string): string {
  if (who === 'committee') return t('mediation.sign.committee')
  const seat = one.seats.find((row) => row.user_id === who)
  return seat ? t('mediation.sign.mediator', { name: seat.name }) : partyName(one, who)
}

/** One case on a screen. A change names the version it was decided on; when somebody was quicker the newest is read and said. */
export function useCase(id: () => string) {
  const told = ref<Answer | null>(null)
  const problem = ref<string | null>(null)
  const busy = ref(false)
  const path = computed(() => ({ case_id: id() }))
  let turn: Promise<unknown> = Promise.resolve()

  async function read(): Promise<void> {
    try {
      const { data } = await api.GET('/api/v1/mediation/cases/{case_id}', { params: { path: path.value } })
      told.value = data ?? null
      problem.value = null
    } catch (thrown) { if (!told.value) problem.value = sentence(thrown) }
  }
  /** Answers the sentence of a refusal, or null. One after the other: what is saved by itself and what is pressed meanwhile never meet as two people would. */
  function change(send: (version: number) => Promise<{ data?: Answer }>): Promise<string | null> {
    const mine = turn.then(() => changeNow(send))
    turn = mine
    return mine
  }
  async function changeNow(send: (version: number) => Promise<{ data?: Answer }>): Promise<string | null> {
    if (!told.value) return null
    busy.value = true
    try {
      const { data } = await send(told.value.case.version)
      if (data) told.value = data
      return null
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === 'mediation.moved') await read()
      return sentence(thrown)
    } finally { busy.value = false }
  }
  function step(said: Pick<StepBody, 'action'> & Partial<StepBody>): Promise<string | null> {
    return change((version) => api.POST('/api/v1/mediation/cases/{case_id}/steps', { params: { path: path.value }, body: { reason: '', ways: [], party_id: null, on: null, keep: 'long', ...said, version } }))
  }
  return { told, problem, busy, path, read, change, step }
}
export type Desk = ReturnType<typeof useCase>
