// @vitest-environment jsdom
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OwnSheet } from './xformEngine'

// The engine looks for its own folder when it seems to run in Node.
Object.assign(globalThis, { __dirname: '/' })
const xml = readFileSync('src/features/visits/own/well.test.xml', 'utf8')
let open: typeof import('./xformEngine').openSheet
beforeAll(async () => { open = (await import('./xformEngine')).openSheet })
const names = (sheet: OwnSheet) => sheet.list().filter((one) => one.label).map((one) => one.name)
const one = (sheet: OwnSheet, name: string) => sheet.list().find((each) => each.name === name)!

describe('a sheet as pyxform makes it', () => {
  it('asks in the language of the screen, and in the other when that changes', async () => {
    const sheet = await open(xml, 'zh')
    expect(one(sheet, 'well').label).toBe('院里有水井吗？')
    expect(one(sheet, 'well').choices).toEqual([{ id: 'yes', label: '有' }, { id: 'no', label: '没有' }])
    sheet.speak('en')
    expect(one(sheet, 'well').label).toBe('Is there a well?')
  })
  it('shows a question only while its condition holds, and what is hidden is no answer', async () => {
    const sheet = await open(xml, 'zh')
    expect(names(sheet)).not.toContain('depth')
    sheet.put('well', 'yes')
    sheet.put('depth', '12')
    expect(names(sheet)).toContain('depth')
    expect(sheet.answers()).toEqual({ well: 'yes', depth: 12, buckets: '36' })
    sheet.put('well', 'no')
    expect(names(sheet)).not.toContain('depth')
    expect(sheet.answers()).not.toHaveProperty('depth')
  })
  it('says in the words of the sheet what does not fit', async () => {
    const sheet = await open(xml, 'zh', { well: 'yes', depth: 900 })
    expect(one(sheet, 'depth')).toMatchObject({ odd: true, why: '井深填 1 到 199 米', required: true })
    sheet.put('depth', '9')
    expect(one(sheet, 'depth')).toMatchObject({ odd: false, why: null })
  })
  it('keeps what was typed for a number and is none, and does not send it', async () => {
    const sheet = await open(xml, 'zh', { well: 'yes' })
    sheet.put('depth', '十二')
    expect(one(sheet, 'depth')).toMatchObject({ value: '十二', odd: true })
    expect(sheet.answers()).not.toHaveProperty('depth')
  })
  it('takes several choices, works out what it is told to, and begins where it was left', async () => {
    const sheet = await open(xml, 'zh')
    sheet.put('animals', ['dog', 'hen', 'cow'])
    sheet.put('well', 'yes')
    sheet.put('depth', '7')
    sheet.put('said', '井边滑')
    const left = sheet.answers()
    expect(left).toEqual({ well: 'yes', depth: 7, animals: ['dog', 'hen'], said: '井边滑', buckets: '21' })
    expect((await open(xml, 'zh', left)).answers()).toEqual(left)
    expect(one(sheet, 'thanks').label).toContain('21')
  })
  it('knows every function the server takes', async () => {
    const told = readFileSync('../server/visits/own_questions/expressions.py', 'utf8').split('FUNCTIONS')[1]!.split('}')[0]!
    const functions = [...told.matchAll(/"([a-z-]+)": \(?(\d)/g)]
    expect(functions.length).toBeGreaterThan(25)
    for (const [, name, least] of functions) {
      const values = name === 'format-date' ? "'2026-11-26', '%Y'" : name === 'date' ? "'2026-11-26'" : Array.from({ length: Number(least) }, () => "'1'").join(', ')
      const sheet = await open(xml.replace(/calculate="[^"]*"/, `calculate="string-length(string(${name}(${values}))) + 1"`), 'zh')
      expect(Number(sheet.answers().buckets), name).toBeGreaterThan(0)
    }
  })
  it('refuses a sheet it cannot work with', async () => {
    await expect(open(xml.replace('&gt; 0 and', '&gt;&gt;&gt; ('), 'zh')).rejects.toBeTruthy()
  })
})
