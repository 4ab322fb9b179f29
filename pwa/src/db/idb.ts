/**
 * As much of IndexedDB as this app needs, with the browsers' quirks dealt with in one place:
 * a write counts when its strict transaction completes, a connection the phone dropped is
 * opened again once, and an old page gives way to a newer one.
 */

export type Stores = Record<string, { keyPath: string }>

/** The browser has no usable IndexedDB here (private mode, blocked storage). */
export class NoStorage extends Error {
  override name = 'NoStorage'
}

/** A newer page has taken this store over; this one must be reloaded. */
export class StoreTakenOver extends Error {
  override name = 'StoreTakenOver'
}

/** The phone has no room left; nothing of the transaction was written. */
export class NoRoom extends Error {
  override name = 'NoRoom'
}

/** The page was left while it had this under way as the sender: nothing of it was written. */
export class PageLeft extends Error {
  override name = 'PageLeft'
}

export interface Tx {
  get<T>(store: string, key: string): Promise<T | undefined>
  all<T>(store: string): Promise<T[]>
  put(store: string, value: unknown): void
  remove(store: string, key: string): void
  clear(store: string): void
}

/** Told before the connection closes: what is still to be written is written now. `replaced`: by a newer shape, not deleted. */
export type GiveWay = (replaced: boolean) => unknown

const LAST_WRITES_MS = 2000

export class Db {
  private takenOver = false
  /** Ends, each, a transaction that may come to nothing with its page. */
  private readonly droppable = new Set<() => void>()
  private constructor(
    readonly name: string,
    private readonly version: number,
    private readonly stores: Stores,
    private idb: IDBDatabase,
    private readonly giveWay: GiveWay,
  ) {
    this.watch()
    // WebKit keeps a page that was left, and with it what it had under way: nothing else could open those stores again.
    if (typeof addEventListener === 'function') addEventListener('pagehide', this.leave)
  }

  private readonly leave = (): void => {
    for (const end of this.droppable) {
      try {
        end()
      } catch { /* complete in this very moment */ }
    }
  }

  static async open(name: string, version: number, stores: Stores, giveWay: GiveWay = () => undefined): Promise<Db> {
    return new Db(name, version, stores, await connect(name, version, stores), giveWay)
  }

  private watch(): void {
    this.idb.onversionchange = (event) => {
      const enough = new Promise((done) => setTimeout(done, LAST_WRITES_MS))
      void Promise.race([Promise.resolve(this.giveWay(event.newVersion !== null)).catch(() => undefined), enough]).then(() => {
        this.takenOver = true
        this.close()
      })
    }
  }

  /** Reads; requests inside `work` must be made without awaiting anything else. */
  read<T>(stores: string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.attempt(stores, 'readonly', work)
  }

  /**
   * All or nothing, resolved only when the browser says the transaction is complete. `droppable`: it need not outlive
   * the page, because whoever comes next does it again.
   */
  write<T>(stores: string[], work: (tx: Tx) => Promise<T>, droppable = false): Promise<T> {
    return this.attempt(stores, 'readwrite', work, droppable)
  }

  private async attempt<T>(stores: string[], mode: IDBTransactionMode, work: (tx: Tx) => Promise<T>, droppable = false): Promise<T> {
    if (this.takenOver) throw new StoreTakenOver()
    try {
      return await this.run(stores, mode, work, droppable)
    } catch (error) {
      if (this.takenOver) throw new StoreTakenOver()
      if (!connectionLost(error)) throw asOurs(error)
    }
    // iOS drops the connection, often after the camera was used. Nothing was written: once more, on a new one.
    this.idb.close()
    this.idb = await connect(this.name, this.version, this.stores)
    this.watch()
    try {
      return await this.run(stores, mode, work, droppable)
    } catch (error) {
      throw asOurs(error)
    }
  }

  private run<T>(stores: string[], mode: IDBTransactionMode, work: (tx: Tx) => Promise<T>, droppable: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const tx = this.idb.transaction(stores, mode, { durability: 'strict' })
      let result: T
      let failure: unknown = null
      let left: PageLeft | null = null
      const end = (): void => {
        left = new PageLeft()
        tx.abort()
      }
      const over = (): void => void this.droppable.delete(end)
      if (droppable) this.droppable.add(end)
      tx.oncomplete = () => { over(); resolve(result) }
      tx.onabort = () => { over(); reject(left ?? failure ?? tx.error ?? new DOMException('aborted', 'AbortError')) }
      work(wrap(tx)).then(
        (value) => { result = value },
        (error: unknown) => {
          failure = error
          try {
            tx.abort()
          } catch {
            reject(left ?? error)
          }
        },
      )
    })
  }

  close(): void {
    if (typeof removeEventListener === 'function') removeEventListener('pagehide', this.leave)
    this.idb.close()
  }
}

function wrap(tx: IDBTransaction): Tx {
  return {
    get: (store, key) => answer(tx.objectStore(store).get(key)),
    all: (store) => answer(tx.objectStore(store).getAll()),
    put: (store, value) => void tx.objectStore(store).put(value),
    remove: (store, key) => void tx.objectStore(store).delete(key),
    clear: (store) => void tx.objectStore(store).clear(),
  }
}

function answer<T>(request: IDBRequest): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T)
    request.onerror = () => reject(request.error)
  })
}

function connect(name: string, version: number, stores: Stores): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let request: IDBOpenDBRequest
    try {
      // 0: whatever version is there. A migration raises it to make older pages close, and may die before its switch.
      request = version === 0 ? indexedDB.open(name) : indexedDB.open(name, version)
    } catch (error) {
      return reject(new NoStorage(String(error)))
    }
    request.onupgradeneeded = () => {
      for (const [store, { keyPath }] of Object.entries(stores)) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath })
      }
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => {
      const error = request.error
      reject(error?.name === 'VersionError' ? new StoreTakenOver() : new NoStorage(error?.message ?? 'open'))
    }
  })
}

export function deleteDb(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(asOurs(request.error))
  })
}

function connectionLost(error: unknown): boolean {
  if (!(error instanceof DOMException || error instanceof Error)) return false
  return error.name === 'InvalidStateError' || error.name === 'UnknownError' || /connection .*(lost|closed|closing)/i.test(error.message)
}

function asOurs(error: unknown): unknown {
  return error instanceof DOMException && error.name === 'QuotaExceededError' ? new NoRoom(error.message) : error
}
