/** Makes a photo small enough to send and free of what a camera writes into it (place, time, device): drawn anew on a canvas. */
const LONGEST = 1600

export async function smallPhoto(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    const pen = canvas.getContext('2d')!
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((done, failed) => {
      canvas.toBlob((blob) => { if (blob) done(blob); else failed(new Error('no picture')) }, 'image/jpeg', 0.8)
    })
  } finally {
    bitmap.close()
  }
}
