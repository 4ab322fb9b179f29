import { beforeEach, describe, expect, it } from 'vitest'
import { expected, expectLock, rememberLock, shut } from './shut'

beforeEach(() => {
  localStorage.clear()
  expected.value = false
})

describe('the lock is drawn before the store was asked', () => {
  it.each(['/', '/today', '/scan', '/records', '/h/018f', '/q/AbCdEfGhIjKlMnOpQrStUw'])('where one stood, before %s', (path) => {
    expect(expectLock(path)).toBe(false)
    expect(shut.value).toBe(false)
    rememberLock(true)
    expect(expectLock(path)).toBe(true)
    expect(shut.value).toBe(true)
  })
  it.each(['/login', '/join/AbCd', '/forbidden', '/handover', '/c/tasks', '/phone-off'])('never before %s', (path) => {
    rememberLock(true)
    expect(expectLock(path)).toBe(false)
  })
  it('no longer, once its person has left this phone', () => {
    rememberLock(true)
    rememberLock(false)
    expect(expectLock('/today')).toBe(false)
  })
})
