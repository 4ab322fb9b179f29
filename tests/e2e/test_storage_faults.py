"""What phones do to their storage: full, dropped under the page, damaged, killed in the middle. Nothing said to be kept is lost (faults.md F36, F39, F42-F47)."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched, kill, sign_in, stilled, until
from tests.e2e.pages.lock import go, unlock
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Household, Records, Today, VisitForm
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


FILL = """async () => {
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open('pictures')
    asked.onupgradeneeded = () => asked.result.createObjectStore('all', { autoIncrement: true })
    asked.onsuccess = () => done(asked.result)
    asked.onerror = fail
  })
  for (let size = 65536; size > 64; ) {
    const tx = db.transaction('all', 'readwrite')
    tx.objectStore('all').put(crypto.getRandomValues(new Uint8Array(size)))
    if (!(await new Promise((done) => { tx.oncomplete = () => done(true); tx.onabort = () => done(false) }))) size /= 2
  }
  db.close()
}"""
"""Pictures take the last byte there is."""
SMALL = 34_000_000
"""Bytes of a phone that is nearly full, and has room for the reserve (F40)."""
RESERVE = "async () => Boolean(await caches.match('/reserve'))"


def room(page: Page, village: Village, size: int | None = None) -> None:
    asked = {"origin": village.origin, **({} if size is None else {"quotaSize": size})}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", asked)


def fill_up(page: Page, village: Village, *, reserve: bool = True) -> None:
    """The phone is full to the last byte; what was kept for recording is still there, or gone too."""
    if not reserve:
        page.evaluate("async () => (await caches.open('linli-reserve')).delete('/reserve')")
    page.evaluate(FILL)  # the database may run over a little
    used = "async () => (await navigator.storage.estimate()).usage"
    room(page, village, int(page.evaluate(used)))
    page.evaluate(FILL)


@pytest.fixture
def small_phone(village: Village, open_browser: PhoneOf) -> Watched:
    """A phone with little room, which Chromium has to know before the first byte is written."""
    phone = open_browser("phone", new=True)
    room(phone.page(), village, SMALL)
    sign_in(phone, village.volunteer.phone, village.volunteer.password)
    return phone


def without_network(village: Village, phone: Watched) -> None:
    phone.page().evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)


def with_network(village: Village, phone: Watched) -> None:
    village.server.start()
    phone.context.set_offline(False)


def test_on_a_full_phone_what_is_recorded_takes_the_room_that_was_kept_for_it(
    village: Village, small_phone: Watched
) -> None:
    phone, page = small_phone, small_phone.page()
    home = Today(page, village.origin).open().home(village.homes[0].name)
    until(page, RESERVE)
    without_network(village, phone)
    fill_up(page, village)
    home.not_met("没见到人")
    assert page.evaluate(RESERVE) is False
    with_network(village, phone)
    Records(page, village.origin).open().waiting(0)
    assert len(stored_visits(village)) == 1


def test_on_a_full_phone_a_tap_says_that_it_was_not_stored_and_is_taken_when_there_is_room(
    village: Village, small_phone: Watched
) -> None:
    phone, page = small_phone, small_phone.page()
    home = Today(page, village.origin).open().home(village.homes[0].name)
    without_network(village, phone)
    fill_up(page, village, reserve=False)
    home.button("没见到").click()
    home.button("没见到人").click()
    expect(page.locator(".toasts")).to_contain_text("手机没地方了，这一步没存下")
    expect(page.get_by_role("dialog")).not_to_contain_text("存在本机")
    room(page, village)
    home.button("没见到人").click()
    expect(page.get_by_role("dialog")).to_contain_text("存在本机")
    with_network(village, phone)
    Records(page, village.origin).open().waiting(0)
    assert len(stored_visits(village)) == 1


def test_on_a_full_phone_a_form_stays_open_with_its_answers_and_is_taken_when_there_is_room(
    village: Village, small_phone: Watched
) -> None:
    phone, page = small_phone, small_phone.page()
    form = Today(page, village.origin).open().home(village.homes[0].name).record()
    without_network(village, phone)
    form.worries("取暖").says("暖气不热").saved()
    fill_up(page, village, reserve=False)
    form.then("请居委会来办").toast("手机没地方了，这一步没存下")
    expect(page.locator(".auto")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".toasts")).to_have_text("")
    page.get_by_role("button", name="记好了").click()
    expect(page.locator(".toasts")).to_contain_text("手机没地方了，这一步没存下")
    expect(page.get_by_label("住户说了什么？")).to_have_value("暖气不热")
    room(page, village)
    form.finish()
    with_network(village, phone)
    Records(page, village.origin).open().waiting(0)
    (kept,) = stored_visits(village)
    assert kept["answers"]["opinion"] == "暖气不热"


LOST = """let asked = 0
const transaction = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (...what) {
  if (window.losing && ++asked % 3 === 0) throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError')
  return transaction.apply(this, what)
}"""
"""An iPhone drops the connection to its database under a page that runs, again and again."""


def test_a_connection_that_is_dropped_again_and_again_loses_no_answer(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    page.add_init_script(LOST)
    form = Today(page, village.origin).open().home(village.homes[0].name).record()
    page.evaluate("window.losing = true")
    form.worries("燃气").says("灶台漏气").then("请居委会来办").saved().finish()
    Records(page, village.origin).tab("本机记录")
    Records(page, village.origin).waiting(0)
    (kept,) = stored_visits(village)
    assert kept["answers"]["opinion"] == "灶台漏气"


DAMAGE = """async (parts) => {
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); asked.onerror = fail })
    if (!db.objectStoreNames.contains('entries')) { db.close(); continue }
    const tx = db.transaction(['entries', 'states'], 'readwrite')
    const states = tx.objectStore('states').getAll(), entries = tx.objectStore('entries').getAll()
    await new Promise((done) => { entries.onsuccess = done })
    const first = states.result.sort((a, b) => a.seq - b.seq)[0].id
    const row = entries.result.find((one) => one.id === first)
    const rubbish = (part) => crypto.getRandomValues(new Uint8Array(part.byteLength))
    for (const part of parts) row[part] = part === 'box' ? rubbish(row.box).buffer : rubbish(row.sealed)
    tx.objectStore('entries').put(row)
    await new Promise((done) => { tx.oncomplete = done })
    db.close()
  }
}"""
"""What the first record says is no longer on the disk as it was written."""


def two_records_of_which_the_first_is_damaged(
    village: Village, phone: Watched, *parts: str
) -> Records:
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(*(one.name for one in village.homes))
    without_network(village, phone)
    for home in village.homes[:2]:
        today.home(home.name).not_met("没见到人")
        today = Household(page, village.origin).back_to_today()
    page.evaluate(DAMAGE, list(parts))
    with_network(village, phone)
    return Records(page, village.origin).open()


def test_a_record_damaged_on_the_phone_arrives_from_its_sealed_copy(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    two_records_of_which_the_first_is_damaged(village, phone, "box").waiting(0)
    assert {one["household_id"] for one in stored_visits(village)} == {
        one.id for one in village.homes[:2]
    }


def test_a_record_of_which_nothing_can_be_read_is_named_and_the_others_go_on(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    records = two_records_of_which_the_first_is_damaged(village, phone, "box", "sealed")
    records.waiting(1)
    expect(phone.page().get_by_text("一条打不开的记录")).to_be_visible()
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[1].id]


def test_two_tabs_that_record_at_once_send_each_visit_once_and_show_the_same(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    first = phone.page()
    Today(first, village.origin).open().shows(*(one.name for one in village.homes))
    second = phone.context.new_page()
    Today(second, village.origin).open().shows(*(one.name for one in village.homes))
    without_network(village, phone)
    Today(first, village.origin).home(village.homes[0].name).not_met("没见到人")
    Today(second, village.origin).home(village.homes[1].name).not_met("没见到人")
    with_network(village, phone)
    for page in (first, second):
        Records(page, village.origin).open().waiting(0)
        Records(page, village.origin).received(2)
    assert sorted(one["household_id"] for one in stored_visits(village)) == sorted(
        one.id for one in village.homes[:2]
    )


NOT_PROMISED = "if (self.StorageManager) StorageManager.prototype.persist = async () => false"
"""The browser does not promise to keep anything."""


TIME_OF_ITS_OWN = """{
  const now = performance.now.bind(performance), every = setInterval, enough = clearInterval, ticks = new Map()
  let ahead = 0
  performance.now = () => now() + ahead
  window.setInterval = (tick, ...more) => { const id = every(tick, ...more); ticks.set(id, tick); return id }
  window.clearInterval = (id) => { ticks.delete(id); enough(id) }
  window.pass = (ms) => { ahead += ms; for (const tick of [...ticks.values()]) tick() }
}"""
"""In this page alone; Playwright's clock is one for all pages, and a page that stands still answers it never."""


def sender(page: Page) -> str:
    """The tab that sends, by the name the browser has for whoever holds its lock."""
    held: list[str] = page.evaluate(
        "async () => (await navigator.locks.query()).held"
        ".filter(({ name }) => name.startsWith('linli-sync-')).map(({ clientId }) => clientId)"
    )
    return held[0] if held else ""


def test_a_tab_frozen_while_it_was_the_sender_is_replaced_by_another_after_half_a_minute(
    village: Village, phone_of: PhoneOf
) -> None:
    """F46; and F42: what waits in a browser that promised nothing is warned of.

    The second tab records while no server answers, so that it is no matter how long that took it.
    """
    phone = phone_of(village.volunteer)
    phone.context.add_init_script(NOT_PROMISED)
    first = phone.page()
    Today(first, village.origin).open().shows(village.homes[0].name)
    until(first, "async () => (await navigator.locks.query()).held.length > 0")
    frozen = sender(first)
    second = phone.context.new_page()
    second.add_init_script(TIME_OF_ITS_OWN)
    today = Today(second, village.origin).open()
    today.shows(village.homes[0].name)
    village.server.stop()
    assert sender(second) == frozen
    with stilled(first):
        today.home(village.homes[0].name).record().worries("都没问题").then("不用了").finish()
        expect(today.sync_line()).to_contain_text("1 条待上传")
        expect(second.get_by_text("这个浏览器可能清掉没传的记录")).to_be_visible()
        village.server.start()
        second.evaluate("pass(45_000)")
        today.tab("本机记录")
        Records(second, village.origin).waiting(0)
        assert len(stored_visits(village)) == 1
        assert sender(second) != frozen
    Today(first, village.origin).tab("本机记录")
    Records(first, village.origin).waiting(0)
    assert len(stored_visits(village)) == 1


NEWER = """async () => {
  for (const { name } of await indexedDB.databases()) if (/-\\d+$/.test(name)) await new Promise((done, fail) => {
    const asked = indexedDB.open(name, 2)
    asked.onsuccess = () => { asked.result.close(); done() }
    asked.onerror = fail
  })
}"""
"""What the next build does first when it moves a person's store to a new shape (db/migrate.ts)."""


def test_an_old_tab_writes_what_was_being_typed_and_makes_room_when_a_newer_version_moves_the_store(
    village: Village, phone_of: PhoneOf
) -> None:
    """F47."""
    phone = phone_of(village.volunteer)
    old = phone.page()
    form = Today(old, village.origin).open().home(village.homes[0].name).record()
    form.worries("燃气").saved()
    newer = phone.context.new_page()
    newer.goto(village.origin + "/forbidden")
    old.get_by_label("住户说了什么？").fill("灶台漏气")  # not half a second ago
    newer.evaluate(NEWER)
    newer.close()
    shut = old.locator("[data-outdated]")
    expect(shut).to_contain_text("这一页旧了")
    expect(form.button("记好了")).to_have_count(0)
    shut.get_by_role("button", name="重新打开").click()
    unlock(old)
    expect(old.get_by_label("住户说了什么？")).to_have_value("灶台漏气")
    VisitForm(old, village.origin).then("请居委会来办").finish()
    Records(old, village.origin).open().waiting(0)
    (kept,) = stored_visits(village)
    assert kept["answers"]["opinion"] == "灶台漏气"


NO_DISK = "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError') }"


def test_where_nothing_can_be_kept_a_visit_is_sent_at_once_and_the_screen_says_so(
    village: Village, open_browser: PhoneOf
) -> None:
    """F42: a private window whose browser gives it no storage."""
    phone = open_browser("phone")
    page = phone.page()
    page.add_init_script(NO_DISK)
    LogIn(page, village.origin).open().enter(village.volunteer.phone, village.volunteer.password)
    today = Today(page, village.origin)
    expect(page.get_by_text("这里不能离线记")).to_be_visible()
    today.shows(*(one.name for one in village.homes))
    form = today.home(village.homes[0].name).record().worries("都没问题").then("不用了")
    form.button("记好了").click()
    today.toast("先别关这一页")
    today.tab("本机记录")
    Records(page, village.origin).waiting(0)
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[0].id]
    village.server.stop()
    today.tab("今日")
    form = today.home(village.homes[1].name).record().worries("都没问题").then("不用了")
    form.button("记好了").click()
    expect(today.sync_line()).to_have_text("只在这一页里，先别关 · 1 条待上传")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.evaluate("() => setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    village.server.start()
    today.tab("本机记录")
    Records(page, village.origin).waiting(0)
    assert len(stored_visits(village)) == 2


KILLS = int(os.environ.get("LINLI_PAGE_KILLS", "20"))
KILLS_FROM = int(os.environ.get("LINLI_PAGE_KILLS_FROM", "0"))
TAPPED = "(button, ms) => { button.click(); return new Promise((done) => setTimeout(done, ms)) }"
ON_DISK = """async () => {
  const found = { waiting: 0, whole: 0, drafts: 0 }
  for (const { name } of await indexedDB.databases()) {
    if (!/-\\d+$/.test(name)) continue
    const db = await new Promise((done, fail) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); asked.onerror = fail })
    const tx = db.transaction(['states', 'entries', 'drafts'])
    const all = (store) => new Promise((done) => { const asked = tx.objectStore(store).getAll(); asked.onsuccess = () => done(asked.result) })
    const [states, entries, drafts] = await Promise.all(['states', 'entries', 'drafts'].map(all))
    const words = new Set(entries.filter((one) => one.box.byteLength > 0 && one.sealed.byteLength > 0).map((one) => one.id))
    const waiting = states.filter((one) => one.place === 'waiting')
    found.waiting += waiting.length
    found.whole += waiting.filter((one) => words.has(one.id)).length
    found.drafts += drafts.length
    db.close()
  }
  return found
}"""
"""What lies in the phone's own database, past the app: records that wait, how many of them with all their words, open forms."""


def test_killed_at_any_moment_of_finishing_a_visit_is_there_whole_or_its_form_is(
    village: Village, phone_of: PhoneOf
) -> None:
    """F36."""
    phone = phone_of(village.volunteer)
    page = phone.page()
    form = Today(page, village.origin).open().home(village.homes[0].name).record()
    expect(form.button("取暖")).to_be_visible()
    where = page.url
    without_network(village, phone)
    chance, seen = random.Random(36 + KILLS_FROM), 0
    for _ in range(KILLS):
        if form.button("取暖").get_attribute("aria-pressed") != "true":
            form.worries("取暖").then("请居委会来办").saved()
        form.button("记好了").evaluate(TAPPED, chance.randrange(40))
        kill(page)
        dead, page = page, phone.context.new_page()
        dead.close()
        go(page, where)
        form = VisitForm(page, village.origin)
        expect(form.button("取暖")).to_be_visible()
        now = page.evaluate(ON_DISK)
        assert now["waiting"] == now["whole"]
        assert (now["waiting"] - seen, now["drafts"]) in ((0, 1), (1, 0))
        expect(form.button("取暖")).to_have_attribute(
            "aria-pressed", "true" if now["drafts"] else "false"
        )
        seen = now["waiting"]
    assert seen > 0
    with_network(village, phone)
    Records(page, village.origin).open().waiting(0)
    assert len(stored_visits(village)) == seen
