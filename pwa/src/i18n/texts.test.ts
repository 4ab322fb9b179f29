import { describe, expect, it } from 'vitest'

const zh = import.meta.glob<{ default: Record<string, string> }>('./zh/*.ts', { eager: true })
const en = import.meta.glob<{ default: Record<string, string> }>('./en/*.ts', { eager: true })
const sources = import.meta.glob<string>(['../**/*.vue', '../**/*.ts', '!../**/*.test.ts', '!../i18n/**'], { eager: true, query: '?raw', import: 'default' })
const holes = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort()

describe('texts', () => {
  it('both languages have the same files', () => {
    expect(Object.keys(en).map((f) => f.slice(5))).toEqual(Object.keys(zh).map((f) => f.slice(5)))
  })
  for (const [file, { default: texts }] of Object.entries(zh)) {
    const other = en[file.replace('./zh/', './en/')]?.default ?? {}
    it(`${file} has the same keys in English`, () => {
      expect(Object.keys(other).sort()).toEqual(Object.keys(texts).sort())
    })
    it(`${file} fills in the same values in English`, () => {
      for (const [key, text] of Object.entries(texts)) expect([key, holes(other[key] ?? '')]).toEqual([key, holes(text)])
    })
  }
  it('every key written in a screen exists', () => {
    const known = new Set(Object.entries(zh).flatMap(([file, { default: texts }]) => Object.keys(texts).map((k) => `${file.slice(5, -3)}.${k}`)))
    const missing = Object.entries(sources).flatMap(([file, source]) =>
      [...source.matchAll(/\bt\(\s*'([a-z_]+\.[\w.]+)'/g)].map((m) => m[1]!).filter((key) => !known.has(key)).map((key) => `${file}: ${key}`))
    expect(missing).toEqual([])
  })
  it('says nothing in system words', () => {
    const banned = /失败|错误|非法|逾期|异常|请注意|服务器|缓存|队列/
    const bad = Object.entries(zh).flatMap(([file, { default: texts }]) => Object.entries(texts).filter(([, v]) => banned.test(v)).map(([k]) => `${file} ${k}`))
    expect(bad).toEqual([])
  })
})
