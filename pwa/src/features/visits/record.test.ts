import { describe, expect, it } from 'vitest'
import { FORMS, sensitiveOf, formOf, ownNames } from '@/api/forms'
import type { HouseholdRow } from '@/db/queries'
import { blankVisit, shownAgain } from './record'

const scanned = { evidence: 'qr', generation: 3, taskId: null } as const
const home = (form?: string) => ({ id: 'h1', form }) as unknown as HouseholdRow
const watch = { state: 'watch', signs: ['eating'] }
const recorded = { form: 'F2', form_version: 1, health: watch, mind: watch, safety: watch, hygiene: watch, living: watch, supporter_contact: 'rare', device_ok: 'no', opinion: '灯坏了' }

describe('what was recorded', () => {
  it('is not shown again where the form keeps it for the committee', () => {
    expect(shownAgain(recorded)).toEqual({ ...recorded, health: null, mind: null, safety: null, hygiene: null, living: null, supporter_contact: null })
  })
  it('comes back whole in the usual form, which keeps nothing back', () => {
    const usual = { form: 'F1', form_version: 1, hazards: ['gas'], opinion: '灯坏了' }
    expect(shownAgain(usual)).toEqual(usual)
  })
  it('of a form newer than this build is held back by the newest it knows', () => {
    expect(shownAgain({ ...recorded, form_version: 9 }).health).toBeNull()
  })
  it('does not show again what the committee’s own questions were answered', () => {
    expect(shownAgain({ ...recorded, own: { version: 1, answers: { well: 'yes' } } }).own).toBeNull()
  })
})

describe('a blank form', () => {
  it('is the one the card names, and the usual one on a card of an older server', () => {
    expect(blankVisit(home('F2'), null, scanned, '').form).toBe('F2')
    expect(blankVisit(home('F1'), null, scanned, '').form).toBe('F1')
    expect(blankVisit(home(), null, scanned, '').form).toBe('F1')
    expect(blankVisit(home('F8'), null, scanned, '').form).toBe('F1')
  })
  it('asks nothing of itself beforehand', () => {
    for (const id of ['F2', 'F2c']) {
      const blank = blankVisit(home(id), null, scanned, '') as unknown as Record<string, unknown>
      expect(ownNames(formOf(id)).length).toBeGreaterThan(5)
      for (const name of [...ownNames(formOf(id)), 'hazards']) expect(blank[name]).toBeNull()
    }
  })
})

describe('the definitions', () => {
  it('keep every head back, and speak both languages', () => {
    for (const form of FORMS) {
      for (const head of form.heads) expect(sensitiveOf(form)).toContain(head.id)
      for (const words of [form.words, ...form.heads.flatMap((one) => [one.words, one.hint, one.paper, ...one.signs]), ...form.questions.flatMap((one) => [one.words, ...one.choices])]) {
        expect(words.zh.length * words.en.length).toBeGreaterThan(0)
      }
    }
  })
})
