// @ts-check
/**
 * The form behind 提交诉求. Every change is kept on this phone; once sent is pressed it is sent until the server has
 * it, again after a lost answer, a reload or a tunnel: the same id and link make a second arrival the same concern.
 */
import { asBlob, asText, canSpeak, holdToTalk } from './voice.js'
import { MINE, Refused, ask, day, grouped, keep, part, put, say, to, weekday } from './shared.js'

/** @type {HTMLFormElement} */
const form = part('#concern')
const door = form.dataset.door ?? ''
const KEY = 'linli.draft.' + door
const MOST_PHOTOS = 3
/** @type {{id: string, file: Blob}[]} */
let photos = []
let sending = false
/** @type {Record<string, any>} */
let draft = keep(KEY, null) ?? {}

const field = (/** @type {string} */ name) => /** @type {any} */ (form.elements.namedItem(name))
restore()
form.addEventListener('input', save)
form.addEventListener('change', save)
form.addEventListener('submit', (event) => { event.preventDefault(); begin() })
part('#file').addEventListener('change', addPhotos)
if (canSpeak()) holdToTalk(part('#talk'), said, (words) => tell(null, words))
else part('#talk').hidden = true
showVoice()
addEventListener('online', () => resend())
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') resend() })
resend()

function restore() {
  if (draft.category) for (const one of form.querySelectorAll('[name=category]')) {
    const input = /** @type {HTMLInputElement} */ (one)
    input.checked = input.value === draft.category
    if (input.checked && input.closest('details')) /** @type {any} */ (input.closest('details')).open = true
  }
  for (const name of ['description', 'contact_name', 'contact_phone', 'filled_for']) if (draft[name]) field(name).value = draft[name]
  if (draft.anonymous === false) field('anonymous').checked = false
  if (draft.helping) field('helping').checked = true
  if (draft.description) tell('kept')
  unfold()
}
function unfold() {
  part('#name-cell').hidden = field('anonymous').checked
  part('#helping-cell').hidden = !field('helping').checked
}
function save() {
  unfold()
  if (sending) return
  const { submission_id, link, ready, voice } = draft
  draft = {
    submission_id, link, ready, voice,
    category: field('category').value, description: field('description').value,
    anonymous: field('anonymous').checked, contact_name: field('contact_name').value,
    contact_phone: field('contact_phone').value, helping: field('helping').checked, filled_for: field('filled_for').value,
  }
  put(KEY, draft)
}

function begin() {
  if (sending) return
  save()
  const wrong = [
    !draft.category && 'category', draft.description.trim().length < 2 && !draft.voice && 'description',
    draft.contact_phone.trim() && !/^[+\d][\d\s-]{4,18}\d$/.test(draft.contact_phone.trim()) && 'contact_phone',
  ].filter(Boolean)
  for (const name of ['category', 'description', 'contact_phone']) part('#why-' + name).hidden = !wrong.includes(name)
  if (wrong.length) {
    const first = /** @type {HTMLElement} */ (form.querySelector(`[name=${wrong[0]}]`))
    first.focus()
    first.scrollIntoView({ block: 'center' })
    return
  }
  draft.submission_id ??= newId()
  draft.link ??= newLink()
  draft.ready = true
  put(KEY, draft)
  void send()
}
function resend() {
  if (draft.ready && !sending) void send()
}

async function send() {
  sending = true
  busy(true)
  tell('sending')
  try {
    const taken = await ask('submit', {
      submission_id: draft.submission_id, link: draft.link, door,
      category: draft.category, description: draft.description.trim() || say('spoken'), anonymous: draft.anonymous,
      contact_name: draft.anonymous ? '' : draft.contact_name.trim(), contact_phone: draft.contact_phone.trim(),
      filled_for: draft.helping ? draft.filled_for.trim() || say('somebody') : '',
    })
    remember(taken)
    const lost = await sendVoice()
    const left = await sendPhotos()
    put(KEY, null)
    show(taken, left, lost)
  } catch (error) {
    sending = false
    if (error instanceof Refused && error.status < 500 && error.status !== 429) {
      draft.ready = false
      put(KEY, draft)
      for (const name of Object.keys(error.fields)) {
        const why = part('#why-' + name)
        if (why) why.hidden = false
      }
      tell(null, error.message)
    } else if (error instanceof Refused) {
      tell(null, error.message)
      setTimeout(resend, 20000)
    } else {
      tell('no_signal')
      setTimeout(resend, 15000)
    }
    busy(false)
  }
}
/** Photos follow the words; the concern stands without them. Returns how many did not get through. */
async function sendPhotos() {
  let left = 0
  for (const [number, photo] of photos.entries()) {
    tell('sending_photo', { n: number + 1, all: photos.length })
    const again = () => sendFile(photo.id, photo.file, 'photo.jpg')
    try { await again() } catch { try { await again() } catch { left += 1 } }
  }
  return left
}
/** @param {any} taken */
function remember(taken) {
  const mine = keep(MINE, [])
  if (!mine.some((/** @type {any} */ one) => one.link === draft.link))
    put(MINE, [{ code: taken.query_code, link: draft.link, category: draft.category, at: taken.submitted_at }, ...mine].slice(0, 20))
}
/** What was said may be all there is: it is sent until the committee has it, as the words are. True when it was refused for good. */
async function sendVoice() {
  if (!draft.voice) return false
  tell('sending_voice')
  const sound = asBlob(draft.voice.data)
  try { await sendFile(draft.voice.id, sound, 'voice') } catch (error) {
    if (error instanceof Refused && error.status < 500 && error.status !== 429) return true
    throw error
  }
  return false
}
/** @param {string} id @param {Blob} file @param {string} name */
async function sendFile(id, file, name) {
  const body = new FormData()
  body.append('meta', JSON.stringify({ attachment_id: id, link: draft.link, sha256: await sha256(file), size: file.size, mime: file.type }))
  body.append('file', file, name)
  return ask('photos', body)
}
/** @param {any} taken @param {number} left @param {boolean} lost */
function show(taken, left, lost) {
  const page = part('#done').content.cloneNode(true)
  part('[data-code]', page).textContent = grouped(taken.query_code)
  part('[data-due]', page).textContent = say('accept_by', { day: day(taken.accept_by), weekday: weekday(taken.accept_by) })
  if (left) {
    part('[data-photos]', page).hidden = false
    part('[data-photos]', page).textContent = say('photos_left', { n: left })
  }
  part('[data-voice]', page).hidden = !lost
  part('[data-follow]', page).href = to('/c/follow') + '#' + draft.link
  form.replaceWith(page)
  scrollTo(0, 0)
}

/** One recording; a new one takes its place. @param {Blob} sound */
async function said(sound) {
  draft.voice = { id: newId(), data: await asText(sound) }
  if (!put(KEY, draft)) tell('voice_no_room')
  showVoice()
}
function showVoice() {
  part('#voice').hidden = !draft.voice
  if (draft.voice) part('#voice audio').src = URL.createObjectURL(asBlob(draft.voice.data))
  part('#drop-voice').onclick = () => { draft.voice = null; put(KEY, draft); showVoice() }
}

/** @param {Event} event */
async function addPhotos(event) {
  const input = /** @type {HTMLInputElement} */ (event.target)
  for (const file of [...(input.files ?? [])].slice(0, MOST_PHOTOS - photos.length)) {
    const small = await shrink(file)
    if (!small) { tell('photo_unreadable'); continue }
    const photo = { id: newId(), file: small }
    photos.push(photo)
    const box = document.createElement('span')
    box.className = 'pic'
    const image = document.createElement('img')
    image.src = URL.createObjectURL(small)
    image.alt = say('photo', { n: photos.length })
    const drop = document.createElement('button')
    drop.type = 'button'
    drop.textContent = '×'
    drop.setAttribute('aria-label', say('drop_photo'))
    drop.addEventListener('click', () => { photos = photos.filter((one) => one !== photo); box.remove(); room() })
    box.append(image, drop)
    part('#photos').insertBefore(box, part('#add'))
  }
  input.value = ''
  room()
}
function room() { part('#add').hidden = photos.length >= MOST_PHOTOS }
/** A photo of at most 1600 px without what the camera wrote into it. @param {File} file @returns {Promise<Blob|null>} */
async function shrink(file) {
  const url = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const scale = Math.min(1, 1600 / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.82))
  } catch { return null } finally { URL.revokeObjectURL(url) }
}
/** @param {Blob} blob */
async function sha256(blob) {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** UUID version 7: 48 bits of time, the rest random. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let now = Date.now()
  for (let place = 5; place >= 0; place--) { bytes[place] = now % 256; now = Math.floor(now / 256) }
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x70
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
function newLink() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
}
/** @param {boolean} on */
function busy(on) {
  const button = part('#send')
  button.setAttribute('aria-disabled', String(on))
  button.textContent = say(on ? 'sending_short' : 'send')
}
/** @param {string|null} key @param {any} [values] */
function tell(key, values) {
  part('#state').textContent = key ? say(key, values) : values
}
