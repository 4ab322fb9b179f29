/** One way to read codes: the browser's own detector where there is one, else our worker. */
import { ownScript } from '../trusted'
import type { Answer, Ask } from './worker'
import workerUrl from './worker?worker&url'

export interface Decoder {
  /** `thorough` takes longer and is for still pictures. */
  read(image: ImageData, thorough?: boolean): Promise<{ texts: string[]; ms: number }>
  close(): void
}
interface Detector { detect(image: ImageData): Promise<{ rawValue: string }[]> }
interface DetectorClass { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }

/** `wasm` asks for the worker even where the browser has its own detector. */
export async function openDecoder(prefer: 'native' | 'wasm' = 'native'): Promise<Decoder> {
  const Native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (prefer === 'native' && Native) {
    const formats = await Native.getSupportedFormats().catch((): string[] => [])
    if (formats.includes('qr_code')) return withFallback(new Native({ formats: ['qr_code'] }))
  }
  return workerDecoder()
}
/** Some browsers' detectors throw until a service is installed; the worker takes over for good then. */
function withFallback(native: Detector): Decoder {
  let worker: Decoder | null = null
  return {
    async read(image, thorough) {
      if (!worker) {
        const began = performance.now()
        try {
          const found = await native.detect(image)
          if (found.length > 0 || !thorough) return { texts: found.map((one) => one.rawValue), ms: performance.now() - began }
        } catch { /* fall through to the worker */ }
        worker = workerDecoder()
      }
      return worker.read(image, thorough)
    },
    close: () => worker?.close(),
  }
}
function workerDecoder(): Decoder {
  const worker = new Worker(ownScript(workerUrl), { type: 'module', name: 'scan' })
  const open = new Map<number, { done: (answer: Answer) => void; failed: (why: Error) => void }>()
  let next = 1
  worker.addEventListener('message', (event: MessageEvent<Answer>) => {
    const asked = open.get(event.data.id)
    open.delete(event.data.id)
    if (event.data.problem) asked?.failed(new Error(event.data.problem))
    else asked?.done(event.data)
  })
  worker.addEventListener('error', (event) => {
    for (const asked of open.values()) asked.failed(new Error(event.message || 'scan worker'))
    open.clear()
  })
  return {
    read: (image, thorough = false) => new Promise((done, failed) => {
      const id = next++
      open.set(id, { done, failed })
      worker.postMessage({ id, image, thorough } satisfies Ask, [image.data.buffer])
    }),
    close: () => worker.terminate(),
  }
}
