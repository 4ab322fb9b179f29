import { beforeEach, describe, expect, it, vi } from 'vitest'
import { pagesOf, readConcerns } from './concern'

const GET = vi.hoisted(() => vi.fn())
vi.mock('@/api/client', () => ({ api: { GET } }))

const ALL = Array.from({ length: 450 }, (_, n) => ({ id: `c${n}` }))
/** A server with these concerns that gives two hundred at a time. */
function serves(all: { id: string }[]) {
  GET.mockImplementation((_: string, { params: { query: { page, page_size } } }: { params: { query: { page: number; page_size: number } } }) =>
    Promise.resolve({ data: { items: all.slice((page - 1) * page_size, page * page_size), counts: { submitted: all.length }, total: all.length } }))
}
beforeEach(() => { GET.mockReset() })

describe('choosing all concerns of a filter', () => {
  it('reads every page, so that all means all', async () => {
    serves(ALL)
    const first = await readConcerns({ group: 'open' }, 1)
    expect([first.items.length, first.total]).toEqual([200, 450])
    const whole = await readConcerns({ group: 'open', category: 'health', mine: true }, pagesOf(first.total))
    expect(whole.items.map(({ id }) => id)).toEqual(ALL.map(({ id }) => id))
    expect(GET.mock.calls.slice(1).map((call) => (call[1] as { params: { query: object } }).params.query)).toEqual([1, 2, 3].map((page) => ({ group: 'open', category: 'health', mine: true, page, page_size: 200 })))
  })
  it('holds a concern once that slipped to the next page while it was read', async () => {
    GET.mockResolvedValueOnce({ data: { items: [{ id: 'a' }, { id: 'b' }], counts: {}, total: 3 } })
      .mockResolvedValueOnce({ data: { items: [{ id: 'b' }, { id: 'c' }], counts: {}, total: 3 } })
    expect((await readConcerns({ group: 'open' }, 2)).items.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  it('reads one page of an empty list', () => { expect(pagesOf(0)).toBe(1) })
})
