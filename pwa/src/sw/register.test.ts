import { beforeEach, describe, expect, it, vi } from 'vitest'

const told = vi.fn()
const worker = () => ({ state: 'installed', postMessage: told, addEventListener: vi.fn() }) as unknown as ServiceWorker
let registration: { waiting: ServiceWorker | null; installing: ServiceWorker | null; addEventListener: ReturnType<typeof vi.fn>; update: () => Promise<void> }
let held: { name: string }[]
/** a page that lets go of its form when it is asked to */
let lettingGo: (() => void) | null
/** how often somebody had enough of waiting for that */
let gaveUp: number
let register: ReturnType<typeof vi.fn>
const reload = vi.fn()
const asked = vi.fn()
/** what the page listens to, by name */
let heard: Map<string, (event: unknown) => void>
/** As the browser does it: who wants it alone waits for the others, or until they have had enough. */
async function request<T>(_name: string, { mode, signal }: { mode: string; signal?: AbortSignal }, hold: () => T | Promise<T>): Promise<T> {
  if (mode === 'exclusive' && held.length) {
    await new Promise<void>((free, enough) => {
      signal?.addEventListener('abort', () => { gaveUp += 1; enough(signal.reason) })
      lettingGo = () => { held = []; free() }
    })
  }
  return hold()
}

async function page() {
  vi.resetModules()
  return import('./register')
}
beforeEach(() => {
  told.mockClear()
  held = []
  lettingGo = null
  gaveUp = 0
  registration = { waiting: null, installing: null, addEventListener: vi.fn(), update: async () => undefined }
  register = vi.fn(async () => registration)
  vi.stubEnv('PROD', true)
  heard = new Map()
  vi.stubGlobal('location', Object.assign(new URL('https://linli.test/'), { reload: reload.mockClear() }))
  vi.spyOn(document, 'querySelector').mockReturnValue({ src: 'https://linli.test/assets/index-old.js' } as HTMLScriptElement)
  sessionStorage.clear()
  vi.stubGlobal('navigator', {
    serviceWorker: { register, controller: { postMessage: asked.mockClear() }, addEventListener: (name: string, call: (event: unknown) => void) => heard.set(name, call) },
    locks: { request },
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
  it('is taken at the start also when the page before is only just letting go of its form', async () => {
    held = [{ name: 'linli.form' }]
    registration.waiting = worker()
    const { registerWorker } = await page()
    const started = registerWorker()
    await vi.waitFor(() => expect(lettingGo).not.toBeNull())
    expect(told).not.toHaveBeenCalled()
    lettingGo!()
    await started
    expect(told).toHaveBeenCalledWith({ type: 'linli.skip_waiting' })
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

describe('a page whose files are gone', () => {
  class Told extends EventTarget {
    state = 'installing'
    postMessage = told
    now(state: string) { this.state = state; this.dispatchEvent(new Event('statechange')) }
  }
  class Container extends EventTarget {
    controller: unknown = { postMessage: asked }
    register = register
    getRegistration = async () => registration
    takenBy(next: unknown) { this.controller = next; this.dispatchEvent(new Event('controllerchange')) }
  }
  let workers: Container
  beforeEach(() => {
    workers = new Container()
    vi.stubGlobal('navigator', { serviceWorker: workers, locks: { request } })
  })
  const settled = () => new Promise((done) => setTimeout(done))

  it('lets in what the server has now before it starts anew, and starts anew once', async () => {
    const next = new Told()
    registration.update = async () => { registration.installing = next as unknown as ServiceWorker }
    const { registerWorker, letNewIn } = await page()
    await registerWorker()
    asked.mockClear()
    let over = false
    const going = letNewIn().then(() => { over = true })
    await settled()
    next.now('installed')
    await settled()
    expect(told).toHaveBeenCalledWith({ type: 'linli.skip_waiting' })
    expect(over).toBe(false)
    workers.takenBy(next)
    await going
    expect(asked).not.toHaveBeenCalled()
  })
  it('lets nothing in under a form', async () => {
    held = [{ name: 'linli.form' }]
    registration.waiting = Object.assign(new Told(), { state: 'installed' }) as unknown as ServiceWorker
    await (await page()).letNewIn()
    expect(told).not.toHaveBeenCalled()
  })
  it('goes on where there is nothing new, or the new one cannot be kept', async () => {
    const { letNewIn } = await page()
    await letNewIn()
    registration.installing = Object.assign(new Told(), { state: 'redundant' }) as unknown as ServiceWorker
    await letNewIn()
    expect(told).not.toHaveBeenCalled()
  })
})

describe('a start that fell into the change of versions', () => {
  const answered = () => heard.get('message')!({ data: { type: 'linli.not_yours' } })
  const settled = () => new Promise((done) => setTimeout(done))

  it('asks whose page it is, also when the worker changes later', async () => {
    await (await page()).registerWorker()
    heard.get('controllerchange')!({})
    expect(asked.mock.calls).toEqual(Array(2).fill([{ type: 'linli.is_yours', part: '/assets/index-old.js' }]))
  })
  it('begins again, once', async () => {
    await (await page()).registerWorker()
    answered()
    await settled()
    answered()
    await settled()
    expect(reload).toHaveBeenCalledOnce()
  })
  it('goes on as it is when somebody is on another screen by now', async () => {
    await (await page()).registerWorker()
    location.pathname = '/records'
    answered()
    await settled()
    expect(reload).not.toHaveBeenCalled()
  })
  it('goes on as it is under a form', async () => {
    await (await page()).registerWorker()
    held = [{ name: 'linli.form' }]
    answered()
    await vi.waitFor(() => expect(gaveUp).toBe(1), { timeout: 3_000 })
    await settled()
    expect(reload).not.toHaveBeenCalled()
  })
  it('begins again also when the page before is only just letting go of its form', async () => {
    await (await page()).registerWorker()
    held = [{ name: 'linli.form' }]
    answered()
    await vi.waitFor(() => expect(lettingGo).not.toBeNull())
    lettingGo!()
    await settled()
    expect(reload).toHaveBeenCalledOnce()
  })
})
