import { describe, expect, it } from 'vitest'
import { HOMES } from './village'
import { readScan } from '@/device/scan/doorText'
import { DOORS, practiceToken } from '@/device/scan/practiceDoors'

describe('the codes of the practice village', () => {
  it('are one for each home, and none of them is a real door', () => {
    expect(new Set(DOORS.map(({ token }) => token)).size).toBe(HOMES.length)
    for (const { token } of DOORS) {
      expect(practiceToken(`https://practice/q/${token}`)).toBe(token)
      expect(readScan(`https://practice/q/${token}`, 'linli.example')).toEqual({ kind: 'foreign' })
    }
  })
  it('are not read from the code of a real door', () => {
    expect(practiceToken(`https://linli.example/q/${DOORS[0]!.token}`)).toBeNull()
  })
})
