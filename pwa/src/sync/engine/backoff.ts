/** How long to wait after the n-th failure: doubling from 1 s to 15 min, full jitter, no end. */
const BASE_MS = 1000
const CAP_MS = 15 * 60_000

export function backoffMs(failures: number, rand: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20))
  return BASE_MS + rand * (ceiling - BASE_MS)
}

/** When to ask for news again while the page is open, spread so that phones do not fall into step. */
export function pollMs(rand: number): number {
  return 120_000 * (0.75 + rand / 2)
}
