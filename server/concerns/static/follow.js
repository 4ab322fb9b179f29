// @ts-check
/** 查进度: finds a concern by the link this phone keeps or by its code, shows every step, takes the resident's word. */
import { MINE, Refused, ask, day, daysBetween, grouped, keep, part, put, say, weekday, when } from './shared.js'

const find = part('#find')
/** @type {Record<string, any>} how the concern on show was found: link, or code and maybe tail */
let key = {}
/** @type {HTMLElement|null} */
let shown = null

const fromLink = location.hash.slice(1)
if (fromLink) {
  // The link is a secret of this phone: out of the address bar before anybody copies it.
  history.replaceState(null, '', location.pathname + location.search)
  void look({ link: fromLink })
}
part('#ask').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault()
  void look({ code: part('#code').value })
})
part('#forget').addEventListener('click', () => { put(MINE, null); listMine() })
listMine()
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible' && shown && !touched()) void look(key, true) })

function listMine() {
  const mine = keep(MINE, [])
  part('#mine').hidden = mine.length === 0
  part('#mine ul').replaceChildren(...mine.map((/** @type {any} */ one) => {
    const item = document.createElement('li')
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = say('category_' + one.category)
    const more = document.createElement('span')
    more.className = 'muted'
    more.textContent = `${when(one.at)} · ${grouped(one.code)}`
    button.append(more)
    button.addEventListener('click', () => look({ link: one.link }))
    item.append(button)
    return item
  }))
}
/** @param {Record<string, any>} by @param {boolean} [quiet] */
async function look(by, quiet = false) {
  why('#why', null)
  try {
    show(await ask('follow', by), by)
  } catch (error) {
    if (!quiet) why(shown ? '[data-tail] [data-why]' : '#why', error)
  }
}

/** @param {any} concern @param {Record<string, any>} by */
function show(concern, by) {
  key = by
  const page = /** @type {HTMLElement} */ (part('#progress').content.firstElementChild.cloneNode(true))
  const at = (/** @type {string} */ name) => part(`[data-${name}]`, page)
  at('title').textContent = concern.title ?? say('category_' + concern.category)
  at('code').textContent = grouped(concern.query_code)
  at('due').textContent = dueText(concern)
  at('due').parentElement.classList.toggle('late', ['soon', 'late'].includes(concern.due.standing))
  const office = concern.referred_to
  at('office').hidden = !office
  if (office) {
    at('office-name').textContent = office.name
    at('office-where').textContent = [office.address, office.hours].filter(Boolean).join(' · ')
    at('office-phone').hidden = !office.phone
    at('office-phone').href = `tel:${office.phone.replace(/[^\d+]/g, '')}`
    at('office-phone').textContent = office.phone
  }
  part('.tl', page).replaceChildren(...concern.lines.map((/** @type {any} */ one) =>
    line(one.action === 'submit' ? { ...one, note: concern.description } : one)))
  said(at, 'said', 'you_said', concern.rating)
  said(at, 'said-later', 'you_said_later', concern.later)
  const later = concern.asks_later
  const awaiting = concern.status === 'awaiting_rating' || later
  at('rate').hidden = !(awaiting && concern.proven)
  at('asked').textContent = say(later ? 'later_word' : 'your_word')
  at('asked-hint').textContent = say(later ? 'later_hint' : 'your_word_hint')
  at('dock').hidden = at('rate').hidden
  at('tail').hidden = !(concern.tail_helps && !concern.proven)
  const speechless = !concern.proven && !concern.tail_helps && (awaiting || concern.may_reopen)
  at('committee').hidden = !speechless
  if (speechless) at('committee').textContent = say('ask_committee', { phone: concern.committee_phone || say('the_committee') })
  at('reopen').hidden = !(concern.may_reopen && concern.proven)
  if (concern.later && concern.later.solved !== 'yes') at('said-later').after(at('reopen'))
  at('withdraw').hidden = !(concern.may_withdraw && concern.proven)
  wire(page, at, later)
  ;(shown ?? find).replaceWith(page)
  shown = page
  scrollTo(0, 0)
}
/** What was said, at the end or weeks later. @param {(name: string) => any} at @param {string} place @param {string} key @param {any} word */
function said(at, place, key, word) {
  at(place).hidden = !word
  if (!word) return
  at(place + '-title').textContent = say(key, { word: say('solved_' + word.solved) })
  at(place + '-text').textContent = [word.satisfaction && say('satisfied_' + word.satisfaction), word.comment].filter(Boolean).join(' · ')
}
/** @param {HTMLElement} page @param {(name: string) => any} at @param {boolean} later the question of four weeks later */
function wire(page, at, later) {
  const rate = at('rate')
  rate.addEventListener('change', () => { at('again').hidden = later || rate.elements.solved.value !== 'partly' })
  rate.addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault())
  at('send').addEventListener('click', () => {
    const solved = rate.elements.solved.value
    const again = rate.elements.again.value
    const satisfaction = Number(rate.elements.satisfaction.value) || null
    const comment = rate.elements.comment.value.trim()
    if (later && solved) return change('later', { solved, satisfaction, comment }, '[data-rate] [data-why]')
    if (!solved || (solved === 'partly' && !again)) return why('[data-rate] [data-why]', say(solved ? 'choose_partly' : 'choose_solved'))
    return change('rate', {
      solved, again: solved === 'partly' ? again === 'yes' : solved === 'no',
      satisfaction, comment,
    }, '[data-rate] [data-why]')
  })
  at('reopen').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault()
    const reason = at('reopen').elements.reason.value.trim()
    if (!reason) return why('[data-reopen] [data-why]', say('reason_first'))
    return change('reopen', { reason }, '[data-reopen] [data-why]')
  })
  at('tail').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault()
    return look({ code: key.code, tail: at('tail').elements.tail.value.trim() })
  })
  at('withdraw').addEventListener('click', () => { if (confirm(say('withdraw_sure'))) void change('withdraw', { reason: '' }, '[data-reopen] [data-why]') })
  at('back').addEventListener('click', () => { page.replaceWith(find); shown = null; listMine(); scrollTo(0, 0) })
}
/** @param {string} verb @param {object} body @param {string} place */
async function change(verb, body, place) {
  why(place, null)
  const button = part('[data-send]', shown ?? document)
  button?.setAttribute('aria-disabled', 'true')
  try {
    show(await ask(verb, { ...key, ...body }), key)
  } catch (error) {
    why(place, error)
    button?.setAttribute('aria-disabled', 'false')
  }
}
/** @param {any} one */
function line(one) {
  const item = part('#line').content.firstElementChild.cloneNode(true)
  const time = part('time', item)
  time.dateTime = one.at
  time.textContent = when(one.at)
  const by = one.due_at ? { day: day(one.due_at), weekday: weekday(one.due_at), when: when(one.due_at) } : {}
  const values = { who: one.who ?? say('the_committee'), note: one.note ?? '', ...by }
  part('b', item).textContent = (one.due_at && say(`line_${one.action}_by`, values)) || say('line_' + one.action, values)
  part('p', item).textContent = [say('more_' + one.action, values), one.action === 'assign' || one.action === 'merge' ? '' : one.note].filter(Boolean).join(' ')
  return item
}
/** @param {any} concern */
function dueText(concern) {
  const { finish_by: by, resolved_at: done } = concern
  if (concern.status === 'submitted') return say('accept_by', { day: day(concern.accept_by), weekday: weekday(concern.accept_by) })
  if (!by || ['declined', 'referred'].includes(concern.status)) return say('status_' + concern.status)
  const said = say('finish_by', { day: day(by), weekday: weekday(by) })
  if (!done) return concern.due.standing === 'late' ? `${said} · ${say('late_now')}` : said
  const early = daysBetween(done, by)
  return early > 0 ? `${said} · ${say('early', { n: early })}` : early < 0 ? `${said} · ${say('was_late', { n: -early })}` : said
}
/** Something typed or chosen must not be swept away by a refresh. */
function touched() {
  return [...(shown?.querySelectorAll('textarea, input') ?? [])].some((one) => {
    const input = /** @type {HTMLInputElement} */ (one)
    return input.type === 'radio' ? input.checked : input.value !== ''
  })
}
/** @param {string} place @param {unknown} what */
function why(place, what) {
  const node = part(place)
  if (!node) return
  node.hidden = what === null
  node.textContent = what === null ? '' : typeof what === 'string' ? what : what instanceof Refused ? what.message : say('no_signal_look')
}
