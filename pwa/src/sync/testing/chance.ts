/** Seeded chance: the same seed makes the same run on every machine. */
export class Chance {
  private state: number

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0
    for (let i = 0; i < 4; i++) this.next()
  }

  /** 0 <= x < 1 (mulberry32) */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below(n: number): number {
    return Math.floor(this.next() * n)
  }

  often(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)]
  }

  /** A well-formed UUIDv7 at the given time. */
  uuid(wallMs: number): string {
    const hex = (n: number, digits: number): string => Math.floor(n).toString(16).padStart(digits, '0')
    const ms = hex(Math.max(0, wallMs), 12).slice(-12)
    const word = (): number => Math.floor(this.next() * 0x10000)
    const variant = hex(0x8000 | (word() & 0x3fff), 4)
    return `${ms.slice(0, 8)}-${ms.slice(8)}-${hex(0x7000 | (word() & 0xfff), 4)}-${variant}-${hex(word(), 4)}${hex(word(), 4)}${hex(word(), 4)}`
  }
}
