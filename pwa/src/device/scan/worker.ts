/** Reads QR codes off the page's thread, so that the camera picture never stutters. */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

export interface Ask { id: number; image: ImageData; thorough: boolean }
export interface Answer { id: number; texts: string[]; ms: number; problem?: string }

// Left to itself the library would fetch its wasm from a foreign host.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true })

const quick: ReaderOptions = { formats: ['QRCode'], tryHarder: true, tryRotate: true, tryInvert: false, maxNumberOfSymbols: 4 }
const thorough: ReaderOptions = { ...quick, tryInvert: true, tryDownscale: true, tryDenoise: true }

addEventListener('message', (event: MessageEvent<Ask>) => {
  const { id, image, thorough: hard } = event.data
  const began = performance.now()
  readBarcodes(image, hard ? thorough : quick).then(
    (found) => postMessage({ id, texts: found.map((one) => one.text), ms: performance.now() - began } satisfies Answer),
    (thrown: unknown) => postMessage({ id, texts: [], ms: performance.now() - began, problem: String(thrown) } satisfies Answer),
  )
})
