import { describe, expect, it, vi } from 'vitest'

vi.mock('@/i18n', async (real) => ({ ...(await real<object>()), t: (key: string, values: Record<string, unknown> = {}) => [key, ...Object.values(values)].join(' ') }))
const { answersOf } = await import('./answers')
const { locale } = await import('@/i18n')
locale.value = 'zh'
const nobody = new Map<string, string>()
const said = (raw: Record<string, unknown>) => Object.fromEntries(answersOf(raw, nobody).map((one) => [one.key, one.value]))

describe('an elder’s check on the committee’s page', () => {
  const raw = {
    form: 'F2', form_version: 1, hazards: null, needs: ['meal', '修收音机'], device_ok: 'no',
    health: { state: 'watch', signs: ['eating', 'medicine'] }, mind: { state: 'well', signs: [] }, safety: { state: 'watch', signs: [] }, hygiene: null,
  }
  it('stands by head in the paper form’s names, with what was seen', () => {
    expect(answersOf(raw, nobody).slice(0, 5).map((one) => one.label)).toEqual(['健康状况', '精神状态', '安全情况', '卫生状况', '居住环境'])
    expect(said(raw)).toMatchObject({ health: 'tasks.head_watch_signs 吃得少tasks.comma药没按时吃', mind: 'tasks.head_well', safety: 'tasks.head_watch' })
  })
  it('says what was not asked, and never that nothing was found where nobody asked', () => {
    expect(said(raw)).toMatchObject({ hygiene: 'tasks.head_not_asked', living: 'tasks.head_not_asked' })
    expect('hazards' in said(raw)).toBe(false)
  })
  it('marks what is to be kept an eye on', () => {
    expect(answersOf(raw, nobody).filter((one) => one.watch).map((one) => one.key)).toEqual(['health', 'safety'])
  })
  it('keeps words of one’s own beside the listed ones', () => {
    expect(said(raw)).toMatchObject({ needs: '吃饭tasks.comma修收音机', device_ok: '不好用' })
  })
})
describe('the usual form', () => {
  it('has no heads, and says when nothing was found', () => {
    expect(said({ form: 'F1', form_version: 1, hazards: [] })).toEqual({ hazards: 'tasks.hazards_none' })
    expect(said({ hazards: ['gas'] })).toEqual({ hazards: '燃气' })
  })
})
