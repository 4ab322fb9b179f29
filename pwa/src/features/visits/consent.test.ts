import { describe, expect, it } from 'vitest'
import type { ChildRow, ConsentSaid } from '@/db/queries'
import { standing } from './consent'

const TODAY = '2026-11-24'
const child = (more: Partial<ChildRow> = {}): ChildRow => ({ id: 'c1', household_id: 'h1', own_word_from: '2030-05-01', consents: [], ...more })
const yes = (more: Partial<ChildRow['consents'][number]> = {}) => ({ id: 'k1', purpose: 'child_check', given_at: '2026-11-01T00:00:00.000Z', given_by: 'guardian' as const, ...more })
const said = (more: Partial<ConsentSaid> = {}): ConsentSaid => ({ ...yes(), id: 'k2', mutation_id: 'm2', child_id: 'c1', ...more })
const nothing = { given: [], takenBack: [] }

describe('how a consent stands at the door', () => {
  it('stands where the guardian of a child under fourteen agreed to this purpose', () => {
    expect(standing(child({ consents: [yes()] }), 'child_check', nothing, TODAY)).toMatchObject({ state: 'given', id: 'k1', mutation: null, speaks: 'guardian' })
    expect(standing(child({ consents: [yes({ purpose: 'child_referral' })] }), 'child_check', nothing, TODAY)).toMatchObject({ state: 'none', id: null })
  })
  it('asks the child from the fourteenth birthday on, that very day', () => {
    const one = child({ own_word_from: TODAY, consents: [yes()] })
    expect(standing(one, 'child_check', nothing, '2026-11-23').state).toBe('given')
    expect(standing(one, 'child_check', nothing, TODAY)).toMatchObject({ state: 'renew', id: null, speaks: 'child' })
    expect(standing({ ...one, consents: [yes(), yes({ id: 'k3', given_by: 'child' })] }, 'child_check', nothing, TODAY)).toMatchObject({ state: 'given', id: 'k3' })
  })
  it('takes the guardian’s word where no birthday is written down', () => {
    expect(standing(child({ own_word_from: null, consents: [yes()] }), 'child_check', nothing, TODAY).state).toBe('given')
  })
  it('knows what was said here a moment ago, and that the check has to follow it', () => {
    expect(standing(child(), 'child_check', { given: [said()], takenBack: [] }, TODAY)).toMatchObject({ state: 'given', id: 'k2', mutation: 'm2' })
    expect(standing(child(), 'child_check', { given: [said({ child_id: 'c2' })], takenBack: [] }, TODAY).state).toBe('none')
  })
  it('stands no longer once it was taken back here', () => {
    expect(standing(child({ consents: [yes()] }), 'child_check', { given: [], takenBack: ['k1'] }, TODAY).state).toBe('none')
    expect(standing(child(), 'child_check', { given: [said()], takenBack: ['k2'] }, TODAY).state).toBe('none')
  })
})
