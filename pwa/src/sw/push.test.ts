import { describe, expect, it, vi } from 'vitest'
import { opened, saidIn, wake } from './push'

type Scope = Parameters<typeof wake>[0]
const client = (url: string) => ({ url, focus: vi.fn(async function (this: unknown) { return this }), postMessage: vi.fn() })

function scope(windows: ReturnType<typeof client>[] = []) {
  return {
    location: { origin: 'https://linli.test' },
    registration: { showNotification: vi.fn(async () => undefined) },
    clients: { matchAll: async () => windows, openWindow: vi.fn(async () => null) },
  }
}
const asScope = (given: ReturnType<typeof scope>) => given as unknown as Scope
const event = (data: unknown) => ({ notification: { close: vi.fn(), data } }) as unknown as NotificationEvent

describe('a waking', () => {
  it('shows the words that came and where they lead', async () => {
    const here = scope()
    await wake(asScope(here), { data: { json: () => ({ title: '邻里守望', body: '有 2 条新消息', url: '/inbox' }) } } as unknown as PushEvent)
    expect(here.registration.showNotification).toHaveBeenCalledWith('邻里守望', expect.objectContaining({ body: '有 2 条新消息', tag: 'linli.inbox', data: { url: '/inbox' } }))
  })
  it.each([
    ['nothing', null], ['no JSON', 'half a'], ['a long story', { body: '蒲霜笺'.repeat(20) }], ['no words', { title: 1, body: {} }],
  ])('that holds %s is shown in neutral words', (_, value) => {
    const read = () => { if (typeof value === 'string') throw new SyntaxError(value); return value }
    expect(saidIn(read)).toEqual({ title: '邻里守望', body: '有新消息', url: '/inbox' })
  })
  it('never leads anywhere but to the messages', () => {
    for (const url of ['https://example.org/', '//example.org', '/h/1', 'javascript:alert(1)']) expect(saidIn(() => ({ url })).url).toBe('/inbox')
  })
})

describe('a touched notification', () => {
  it('opens the app at the messages', async () => {
    const here = scope()
    await opened(asScope(here), event({ url: '/c/messages' }))
    expect(here.clients.openWindow).toHaveBeenCalledWith('/c/messages')
  })
  it('brings an open app to the front instead, and leaves the way there to it', async () => {
    const [other, ours] = [client('https://example.org/'), client('https://linli.test/h/1/visit')]
    const here = scope([other, ours])
    await opened(asScope(here), event(null))
    expect(ours.focus).toHaveBeenCalledOnce()
    expect(ours.postMessage).toHaveBeenCalledWith({ type: 'linli.open', url: '/inbox' })
    expect(here.clients.openWindow).not.toHaveBeenCalled()
    expect(other.focus).not.toHaveBeenCalled()
  })
})
