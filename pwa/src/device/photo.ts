/** Makes a photo small enough to send and free of what a camera writes into it (place, time, device): drawn anew on a canvas. */
export interface PhotoSize { longest: number; quality: number }
/** The usual size, and what is tried when the phone is full: still legible, a sixth of the bytes. */
export const USUAL: PhotoSize = { longest: 1600, quality: 0.8 }
export const SPARING: PhotoSize = { longest: 800, quality: 0.6 }

export async function smallPhoto(file: Blob, { longest, quality } = USUAL): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    const pen = canvas.getContext('2d')!
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((done, failed) => {
      canvas.toBlob((blob) => { if (blob) done(blob); else failed(new Error('no picture')) }, 'image/jpeg', quality)
    })
  } finally {
    bitmap.close()
  }
}
