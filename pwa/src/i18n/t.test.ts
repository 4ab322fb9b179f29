import { beforeEach, describe, expect, it } from 'vitest'
import { loadTexts, setLocale, t } from './index'

describe('t', () => {
  beforeEach(() => setLocale('zh'))
  it('fills in values', () => {
    expect(t('core.sync.waiting', { n: 3 })).toBe('已保存在本机 · 3 条待上传')
  })
  it('chooses the English singular by n', async () => {
    await setLocale('en')
    expect(t('core.table.rows', { n: 1 })).toBe('1 row')
    expect(t('core.table.rows', { n: 2 })).toBe('2 rows')
  })
  it('falls back to Chinese while English is on its way', async () => {
    await loadTexts(['nav'])
    expect(t('nav.tasks')).toBe('走访任务')
  })
})
