import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { liveAsync } from './live'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe('an answer that takes a moment', () => {
  it('is asked for again while the first one failed, so that a screen does not open for ever', async () => {
    const ask = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('busy')).mockRejectedValueOnce(new Error('busy')).mockResolvedValue('three')
    const scope = effectScope()
    const answer = scope.run(() => liveAsync(ask))
    await vi.advanceTimersByTimeAsync(999)
    expect(ask).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1001)
    expect(answer?.value).toBe('three')
    scope.stop()
  })

  it('is not asked for any more once the screen is closed', async () => {
    const ask = vi.fn<() => Promise<string>>().mockRejectedValue(new Error('gone'))
    const scope = effectScope()
    scope.run(() => liveAsync(ask))
    await vi.advanceTimersByTimeAsync(0)
    scope.stop()
    await vi.advanceTimersByTimeAsync(5000)
    expect(ask).toHaveBeenCalledTimes(1)
  })
})
