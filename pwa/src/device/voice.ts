/** Sound from the microphone, kept as it was said: nothing listens to it and nothing is turned into text. */
export interface Said { sound: Blob; seconds: number }
export interface Recording { seconds: () => number; /** null: too short to have said anything */ end: () => Promise<Said | null> }

export const LONGEST_S = 60
const SHORTEST_S = 0.6
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

/** Why one cannot speak here: there is no microphone to be had, or the person (or the app around) said no. */
export class NoMicrophone extends Error {
  constructor(readonly why: 'none' | 'denied') { super(why) }
}
export function canSpeak(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia)
}

/** Resolves once sound is being kept. Throws NoMicrophone. */
export async function listen(): Promise<Recording> {
  if (!canSpeak()) throw new NoMicrophone('none')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } })
    .catch((thrown: unknown) => { throw new NoMicrophone((thrown as DOMException).name === 'NotFoundError' ? 'none' : 'denied') })
  const release = () => { for (const track of stream.getTracks()) track.stop() }
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one))
  let recorder: MediaRecorder
  try {
    recorder = new MediaRecorder(stream, { ...(kind ? { mimeType: kind } : {}), audioBitsPerSecond: 32_000 })
  } catch {
    release()
    throw new NoMicrophone('none')
  }
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => { if (data.size) parts.push(data) })
  const over = new Promise<void>((done) => { recorder.addEventListener('stop', () => { release(); done() }) })
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  recorder.start()
  return {
    seconds,
    async end() {
      const lasted = seconds()
      if (recorder.state !== 'inactive') recorder.stop()
      await over
      if (lasted < SHORTEST_S || parts.length === 0) return null
      return { sound: new Blob(parts, { type: (recorder.mimeType || 'audio/webm').split(';')[0]! }), seconds: Math.max(1, Math.round(lasted)) }
    },
  }
}
