import { beforeEach, describe, expect, it, vi } from 'vitest'

const told = vi.fn()
const worker = () => ({ state: 'installed', postMessage: told, addEventListener: vi.fn() }) as unknown as ServiceWorker
let registration: { waiting: ServiceWorker | null; installing: ServiceWorker | null; addEventListener: ReturnType<typeof vi.fn>; update: () => Promise<void> }
let held: { name: string }[]
let register: ReturnType<typeof vi.fn>

async function page() {
  vi.resetModules()
  return import('./register')
}
beforeEach(() => {
  told.mockClear()
  held = []
  registration = { waiting: null, installing: null, addEventListener: vi.fn(), update: async () => undefined }
  register = vi.fn(async () => registration)
  vi.stubEnv('PROD', true)
  vi.stubGlobal('location', new URL('https://linli.test/'))
  vi.stubGlobal('navigator', {
    serviceWorker: { register, controller: {}, addEventListener: vi.fn() },
    locks: { query: async () => ({ held }), request: vi.fn(async (_name: string, _options: unknown, hold: () => Promise<void>) => hold()) },
  })
})

describe('a new version', () => {
  it('is asked for past every cache, for the whole site', async () => {
    await (await page()).registerWorker()
    expect(register).toHaveBeenCalledWith('https://linli.test/sw.js', { scope: '/', updateViaCache: 'none' })
  })
  it('that waited is taken at the start', async () => {
    registration.waiting = worker()
    await (await page()).registerWorker()
    expect(told).toHaveBeenCalledWith({ type: 'linli.skip_waiting' })
  })
  it('is not taken while another tab has a form open', async () => {
    held = [{ name: 'linli.form' }]
    registration.waiting = worker()
    const { registerWorker, updateReady } = await page()
    await registerWorker()
    expect(told).not.toHaveBeenCalled()
    expect(updateReady.value).toBe(true)
  })
  it('that arrives while the page is open is only told, and never taken under a form', async () => {
    const { registerWorker, updateReady, applyUpdate, formOpen } = await page()
    await registerWorker()
    const next = worker()
    registration.installing = next
    registration.addEventListener.mock.calls.find(([name]) => name === 'updatefound')![1]()
    ;(next.addEventListener as ReturnType<typeof vi.fn>).mock.calls[0]![1]()
    expect(updateReady.value).toBe(true)
    expect(told).not.toHaveBeenCalled()
    formOpen.value = true
    applyUpdate()
    expect(told).not.toHaveBeenCalled()
    formOpen.value = false
    applyUpdate()
    expect(told).toHaveBeenCalledOnce()
  })
})
