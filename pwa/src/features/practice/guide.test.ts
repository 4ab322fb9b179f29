import { describe, expect, it } from 'vitest'
import zh from '@/i18n/zh/practice'
import { begin, go, isLast, says, STEPS } from './guide'
import type { Facts, Guide, Part } from './guide'

/** Somebody who walks through the village and does things; `at` is what the guide says after each. */
function walk(part: Part) {
  let facts: Facts = { screen: 'practice', recorded: 3, signal: true }
  let guide: Guide = begin(part, facts)
  return {
    does: (change: Partial<Facts>) => {
      facts = { ...facts, ...change }
      guide = go(guide, facts)
      return says(guide, facts.screen)
    },
    over: () => isLast(guide),
  }
}

describe('the guide', () => {
  it('leads through a first visit, one sentence for each thing done', () => {
    const { does, over } = walk('visit')
    expect(does({ screen: 'today' })).toBe('scan')
    expect(does({ screen: 'visits.scan' })).toBe('code')
    expect(does({ screen: 'visits.household' })).toBe('card')
    expect(does({ screen: 'visits.form' })).toBe('form')
    expect(does({ screen: 'today', recorded: 4 })).toBe('look')
    expect(over()).toBe(false)
    expect(does({ screen: 'visits.records' })).toBe('got')
    expect(over()).toBe(true)
  })

  it('says nothing new while nothing is done', () => {
    const { does } = walk('visit')
    for (let n = 0; n < 3; n += 1) expect(does({ screen: 'today' })).toBe('scan')
  })

  it('takes any way to the door, and says the earlier sentence again to who goes back', () => {
    const { does } = walk('visit')
    does({ screen: 'today' })
    expect(does({ screen: 'visits.household' })).toBe('card')
    expect(does({ screen: 'visits.form' })).toBe('form')
    expect(does({ screen: 'today' })).toBe('scan')
    expect(does({ screen: 'visits.household' })).toBe('card')
    expect(does({ screen: 'visits.records' })).toBe('away')
  })

  it('practises without a signal: kept here first, sent when there is one again', () => {
    const { does, over } = walk('drill')
    expect(does({ screen: 'today' })).toBe('off')
    expect(does({ signal: false })).toBe('go')
    expect(does({ screen: 'visits.household' })).toBe('knock')
    expect(does({ recorded: 4 })).toBe('kept')
    expect(does({ screen: 'visits.records' })).toBe('on')
    expect(does({ signal: true })).toBe('sent')
    expect(over()).toBe(true)
  })

  it('goes back to the door when the record was taken back', () => {
    const { does, over } = walk('drill')
    does({ screen: 'today', signal: false })
    does({ screen: 'visits.household' })
    expect(does({ recorded: 4 })).toBe('kept')
    expect(does({ recorded: 3 })).toBe('knock')
    expect(does({ screen: 'today' })).toBe('go')
    expect(over()).toBe(false)
  })

  it('has a sentence for every step', () => {
    const ids = Object.values(STEPS).flatMap((steps) => steps.map(({ id }) => id))
    expect(Object.keys(zh).filter((key) => key.startsWith('say.')).sort()).toEqual([...ids, 'away'].map((id) => `say.${id}`).sort())
  })
})
