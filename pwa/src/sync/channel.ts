/** What tabs of one profile tell each other. Anything not of exactly these shapes is ignored. */

export type Message =
  | { kind: 'changed'; rows: boolean; records: boolean }
  | { kind: 'recorded' }
  | { kind: 'closed' }
  /** Locked in one tab, locked in all; used in one, used in all. */
  | { kind: 'locked' }
  | { kind: 'touched' }
  | { kind: 'alive?' }
  | { kind: 'alive' }

export interface Channel {
  post(message: Message): void
  listen(listener: (message: Message) => void): () => void
  close(): void
}

export function openChannel(profile: string): Channel {
  const listeners = new Set<(message: Message) => void>()
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`linli-${profile}`)
  if (channel) {
    channel.onmessage = (event: MessageEvent<unknown>) => {
      const message = read(event.data)
      if (message) for (const listener of listeners) listener(message)
    }
  }
  return {
    post: (message) => channel?.postMessage(message),
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      listeners.clear()
      channel?.close()
    },
  }
}

export function read(data: unknown): Message | null {
  if (typeof data !== 'object' || data === null) return null
  const { kind, rows, records } = data as Record<string, unknown>
  const keys = Object.keys(data).length
  if (kind === 'changed') return keys === 3 && typeof rows === 'boolean' && typeof records === 'boolean' ? { kind, rows, records } : null
  if (keys !== 1) return null
  return kind === 'recorded' || kind === 'closed' || kind === 'locked' || kind === 'touched' || kind === 'alive?' || kind === 'alive' ? { kind } : null
}
