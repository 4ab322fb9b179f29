import { describe, expect, it } from 'vitest'
import { listOf, placeOf, type Kind, type Row } from './found'

const row: Row = { id: 'one', title: '荀墨竹', line: '3号楼2单元501', word: null, day: null, household_id: 'home' }
const KINDS: Kind[] = ['home', 'person', 'helper', 'task', 'visit', 'concern', 'pairing', 'duty_report']

describe('what was found', () => {
  it.each(KINDS)('a %s opens by its id alone: no name and no word stands in the address', (kind) => {
    const said = JSON.stringify(placeOf(kind, row)) + JSON.stringify(listOf(kind))
    expect(said).not.toMatch(/荀|3号楼/)
  })
  it('a person and a visit open at their home', () => {
    expect(placeOf('person', row)).toEqual({ name: 'roster.household', params: { id: 'home' } })
    expect(placeOf('visit', row)).toMatchObject({ params: { id: 'home' }, query: { visit: 'one' } })
  })
})
