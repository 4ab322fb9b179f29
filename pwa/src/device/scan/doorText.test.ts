import { describe, expect, it } from 'vitest'
import { grouped, readScan, readShortCode } from './doorText'

const HOST = 'linli.test'
describe('a scanned code', () => {
  it('is a door when it is our address with a token', () => {
    expect(readScan('https://linli.test/q/AbCdEfGhIjKlMnOpQrStUw', HOST)).toEqual({ kind: 'token', token: 'AbCdEfGhIjKlMnOpQrStUw' })
  })
  it.each([
    'https://evil.test/q/AbCdEfGhIjKlMnOpQrStUw', 'https://linli.test.evil.test/q/AbCdEfGhIjKlMnOpQrStUw', 'https://linli.test@evil.test/q/AbCdEfGhIjKlMnOpQrStUw',
    'javascript:alert(1)//linli.test/q/AbCdEfGhIjKlMnOpQrStUw', 'wifi:S:x;;', 'https://linli.test/q/short', 'https://linli.test/q/AbCdEfGhIjKlMnOpQrStUw?x=1', 'https://linli.test/login', 'weixin://dl/x', '', '7B9AVQ0E',
  ])('is nobody’s door: %s', (text) => {
    expect(readScan(text, HOST)).toEqual({ kind: 'foreign' })
  })
})
describe('a short code', () => {
  // Made by the server's generator.
  it.each(['6SBSVNH1', 'FBKC1XRT', '7B9AVQ0E', 'AYFKYR3Q', 'WTGY1RP6', 'EY8XAS1G'])('made by the server is taken: %s', (code) => {
    expect(readShortCode(code)).toEqual({ ok: true, code })
  })
  it('is read the way people type', () => {
    expect(readShortCode('7b9a vqoe')).toEqual({ ok: true, code: '7B9AVQ0E' })
    expect(readShortCode('６ＳＢＳ－ＶＮＨＬ')).toEqual({ ok: true, code: '6SBSVNH1' })
  })
  it('with one wrong sign is noticed, whichever sign', () => {
    const code = 'WTGY1RP6'
    for (let at = 0; at < 8; at++) {
      for (const sign of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        const typed = code.slice(0, at) + sign + code.slice(at + 1)
        if (typed !== code) expect(readShortCode(typed)).toMatchObject({ ok: false, why: 'check' })
      }
    }
  })
  it('with two signs exchanged is noticed', () => {
    expect(readShortCode('TWGY1RP6')).toMatchObject({ ok: false, why: 'check' })
  })
  it('that is short says by how many', () => {
    expect(readShortCode('7B9AVQ')).toEqual({ ok: false, why: 'short', missing: 2 })
  })
  it('shows in groups of four while typing', () => {
    expect(grouped('7b9avq')).toBe('7B9A VQ')
    expect(grouped('7b9a')).toBe('7B9A')
  })
})
