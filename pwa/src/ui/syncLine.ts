/** The states the sync line can show, one at a time, the most useful first. */
export type SyncLineState =
  | { kind: 'received'; at: string | Date }
  | { kind: 'waiting' | 'offline' | 'attention' | 'full' | 'page'; n: number }
  | { kind: 'sending'; done: number; total: number }
  | { kind: 'locked' | 'fresh' | 'online' }
