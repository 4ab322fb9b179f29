/** Reads the codes in a still picture, trying other sizes when the first look finds nothing. */
import type { Decoder } from './decoder'

const SIDES = [1600, 1000, 2600, 640]

export async function readPicture(decoder: Decoder, blob: Blob): Promise<{ texts: string[]; ms: number }> {
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' })
  try {
    const longest = Math.max(bitmap.width, bitmap.height)
    const sides = [...new Set(SIDES.map((side) => Math.min(side, longest)))]
    let ms = 0
    for (const side of sides) {
      const found = await decoder.read(pixels(bitmap, side / longest), true)
      ms += found.ms
      if (found.texts.length > 0) return { texts: found.texts, ms }
    }
    return { texts: [], ms }
  } finally {
    bitmap.close()
  }
}
function pixels(bitmap: ImageBitmap, scale: number): ImageData {
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(bitmap, 0, 0, width, height)
  return pen.getImageData(0, 0, width, height)
}
