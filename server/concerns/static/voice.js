// @ts-check
/** Hold to talk on the form: sound as it was said, kept on this phone until the committee has it. Nothing is turned into text. */
import { part, say } from './shared.js'

const LONGEST = 60
const SHORTEST = 0.6
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export function canSpeak() {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia)
}

/**
 * Makes the button record. A screen reader or a keyboard presses it twice instead of holding it.
 * @param {HTMLElement} button @param {(sound: Blob) => void} said @param {(words: string) => void} tell
 */
export function holdToTalk(button, said, tell) {
  const words = part('span', button)
  /** @type {MediaRecorder|null} */
  let recorder = null
  let wanted = false
  let began = 0
  /** @type {ReturnType<typeof setInterval>|undefined} */
  let tick

  async function begin() {
    if (wanted) return
    wanted = true
    tell('')
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } })
      const release = () => { for (const track of stream.getTracks()) track.stop() }
      if (!wanted) { release(); tell(say('hold_to_talk')); return }
      const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one))
      const mine = recorder = new MediaRecorder(stream, { ...(kind ? { mimeType: kind } : {}), audioBitsPerSecond: 32000 })
      /** @type {Blob[]} */
      const parts = []
      mine.addEventListener('dataavailable', ({ data }) => { if (data.size) parts.push(data) })
      mine.addEventListener('stop', () => {
        release()
        const lasted = (performance.now() - began) / 1000
        if (lasted < SHORTEST || !parts.length) tell(say('hold_to_talk'))
        else said(new Blob(parts, { type: mine.mimeType.split(';')[0] }))
      })
      mine.start()
      began = performance.now()
      button.classList.add('on')
      show()
      tick = setInterval(show, 250)
    } catch {
      wanted = false
      tell(say('no_microphone'))
    }
  }
  function show() {
    const n = (performance.now() - began) / 1000
    words.textContent = say('talking', { n: Math.floor(n) })
    if (n >= LONGEST) end()
  }
  function end() {
    wanted = false
    clearInterval(tick)
    button.classList.remove('on')
    words.textContent = say('hold_to_talk')
    if (recorder && recorder.state !== 'inactive') recorder.stop()
    recorder = null
  }
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    button.setPointerCapture(event.pointerId)
    void begin()
  })
  button.addEventListener('pointerup', end)
  button.addEventListener('pointercancel', end)
  button.addEventListener('click', (event) => { if (event.detail === 0) { if (wanted) end(); else void begin() } })
  button.addEventListener('contextmenu', (event) => event.preventDefault())
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') end() })
}

/** @param {Blob} blob @returns {Promise<string>} */
export function asText(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.onerror = () => failed(reader.error)
    reader.readAsDataURL(blob)
  })
}
/** What {@link asText} made, as bytes again. @param {string} text */
export function asBlob(text) {
  const [head = '', body = ''] = text.split(',')
  return new Blob([Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))], { type: head.slice(5).split(';')[0] })
}
