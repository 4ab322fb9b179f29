/** The camera behind the scan screen: opens, looks at pictures until a code is read, switches the light, lets go. */
import type { Decoder } from './decoder'

export type CameraRefusal = 'denied' | 'none' | 'busy'
export interface Camera {
  canLight: boolean
  light(on: boolean): Promise<void>
  stop(): void
}
/** The light is not in the DOM types yet. */
type Capabilities = MediaTrackCapabilities & { torch?: boolean }

export async function openCamera(video: HTMLVideoElement): Promise<Camera | CameraRefusal> {
  if (!navigator.mediaDevices?.getUserMedia) return 'none'
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } } })
  } catch (thrown) {
    const name = thrown instanceof DOMException ? thrown.name : ''
    return name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : name === 'NotReadableError' ? 'busy' : 'none'
  }
  const track = stream.getVideoTracks()[0]
  video.srcObject = stream
  video.muted = true
  video.setAttribute('playsinline', '')
  await video.play().catch(() => undefined)
  return {
    canLight: (track?.getCapabilities?.() as Capabilities | undefined)?.torch === true,
    light: async (on) => { await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }) },
    stop: () => {
      for (const one of stream.getTracks()) one.stop()
      video.srcObject = null
    },
  }
}
/** Looks at one picture after another; `found` answers true when it took a text. Returns how to stop. */
export function watchCamera(video: HTMLVideoElement, decoder: Decoder, found: (texts: string[]) => boolean): () => void {
  let going = true
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  async function look(): Promise<void> {
    while (going) {
      const scale = Math.min(1, 1280 / Math.max(video.videoWidth, video.videoHeight, 1))
      if (video.readyState >= 2 && video.videoWidth > 0) {
        canvas.width = Math.round(video.videoWidth * scale)
        canvas.height = Math.round(video.videoHeight * scale)
        pen.drawImage(video, 0, 0, canvas.width, canvas.height)
        const { texts } = await decoder.read(pen.getImageData(0, 0, canvas.width, canvas.height)).catch(() => ({ texts: [] as string[] }))
        if (going && texts.length > 0 && found(texts)) return
      }
      await nextPicture(video)
    }
  }
  void look()
  return () => { going = false }
}
function nextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((done) => {
    const limit = setTimeout(done, 250)
    video.requestVideoFrameCallback?.(() => { clearTimeout(limit); done() })
  })
}
