import { describe, expect, it, vi } from 'vitest'
import type { Case } from './desk/case'
import { stepsOf } from './desk/case'
import { unsaid } from './followUp'

vi.mock('@/api/client', () => ({ api: {} }))

const bare = {
  applied_on: '2026-11-06', accepted_on: null, source: 'by_party', status: 'applied', parties: [], seats: [], records: [], agreement: null, parts: [], follow_ups: [],
  lines: [], end_reason: null, archived_on: null,
} as unknown as Case
const party = (rights_on: string | null) => ({ id: 'p', side: 'applicant', name: '田露纸', rights_on, rights_way: 'written' }) as Case['parties'][number]
const seat = (more = {}) => ({ id: 's', user_id: 'u', name: '纪墨晴', until_on: null, objected_on: null, upheld: null, ...more }) as Case['seats'][number]
const talk = (kind: string) => ({ id: kind, kind, held_at: '2026-11-12T02:00:00.000Z' }) as Case['records'][number]
const now = (one: Case) => stepsOf(one).filter((step) => step.state === 'now').map((step) => step.stage)

describe('the ten steps', () => {
  it('stand at taking on when a case was just applied for', () => { expect(now(bare)).toEqual(['accept']) })
  it('stand at telling rights until every party was told', () => {
    const one = { ...bare, status: 'accepted', accepted_on: '2026-11-06', seats: [seat()] } as Case
    expect(now({ ...one, parties: [party('2026-11-09'), party(null)] })).toEqual(['rights'])
    expect(now({ ...one, parties: [party('2026-11-09')] })).toEqual(['investigation'])
  })
  it('wait at the mediators while an objection is open', () => {
    const one = { ...bare, status: 'accepted', accepted_on: '2026-11-06', parties: [party('2026-11-09')], seats: [seat({ objected_on: '2026-11-10' })] } as Case
    expect(now(one)).toEqual(['seats'])
  })
  it('leave out what was not needed once they have talked', () => {
    const one = { ...bare, status: 'mediating', accepted_on: '2026-11-06', parties: [party('2026-11-09')], seats: [seat()], records: [talk('session')] } as Case
    expect(now(one)).toEqual(['agreement'])
    expect(stepsOf(one).find((step) => step.stage === 'investigation')?.state).toBe('left_out')
  })
  it('lead straight to filing when nothing was agreed', () => {
    const one = { ...bare, status: 'terminated', accepted_on: '2026-11-06', end_reason: 'not_agreed' } as Case
    expect(now(one)).toEqual(['archive'])
    expect(stepsOf(one).find((step) => step.stage === 'agreement')?.state).toBe('left_out')
  })
  it('have no present one when it was not taken on', () => { expect(now({ ...bare, status: 'declined', end_reason: 'declined' } as Case)).toEqual([]) })
})

describe('a follow-up', () => {
  it('names what was not chosen yet, in the order of the form', () => {
    const said = { on: '2026-12-17', performed: 'all', satisfaction: null, escalated: false, hazards: '', measures: '', sued: null, suit: '' } as const
    expect(unsaid(said)).toEqual(['satisfaction', 'sued'])
    expect(unsaid({ ...said, satisfaction: 'fairly', sued: false })).toEqual([])
  })
})
