/** Lets `scripts/decode_qr` hand pictures to the very decoder the scan screen uses. Built apart from the app. */
import { openDecoder, type Decoder } from '@/device/scan/decoder'
import { readPicture } from '@/device/scan/picture'

declare global { interface Window { decodePicture: (url: string) => Promise<{ texts: string[]; ms: number }> } }

let decoder: Promise<Decoder> | null = null
window.decodePicture = async (url) => {
  decoder ??= openDecoder()
  const picture = await (await fetch(url)).blob()
  return readPicture(await decoder, picture)
}
