/**
 * AES-GCM boxes under this browser profile's own key, which can be used but never read out.
 * Each box is bound to where it lies and which version it is, so that boxes cannot be
 * swapped or an old one put back in place of a new one of another name.
 */

export interface Box {
  iv: Uint8Array
  box: ArrayBuffer
}

/** A stored box was changed, belongs elsewhere, or its key is gone. */
export class BoxUnreadable extends Error {
  override name = 'BoxUnreadable'
}

const text = new TextEncoder()

export class Boxer {
  constructor(private readonly key: CryptoKey, private readonly profile: string) {}

  static makeKey(): Promise<CryptoKey> {
    return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  }

  private place(store: string, id: string, version: number): BufferSource {
    return text.encode(`${this.profile}|${store}|${id}|${version}`)
  }

  async put(store: string, id: string, version: number, content: Uint8Array): Promise<Box> {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const algorithm = { name: 'AES-GCM', iv, additionalData: this.place(store, id, version) }
    return { iv, box: await crypto.subtle.encrypt(algorithm, this.key, content as BufferSource) }
  }

  async take(store: string, id: string, version: number, { iv, box }: Box): Promise<Uint8Array> {
    const algorithm = { name: 'AES-GCM', iv: iv as BufferSource, additionalData: this.place(store, id, version) }
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.key, box))
    } catch {
      throw new BoxUnreadable(`${store} ${id}`)
    }
  }

  putJson(store: string, id: string, version: number, value: unknown): Promise<Box> {
    return this.put(store, id, version, text.encode(JSON.stringify(value)))
  }

  async takeJson<T>(store: string, id: string, version: number, box: Box): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.take(store, id, version, box))) as T
  }
}
