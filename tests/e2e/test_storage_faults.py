"""What phones do to their storage: full, dropped under the page, damaged, killed in the middle. Nothing said to be kept is lost (faults.md F36, F39, F43, F44, F45)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched, kill, sign_in, until
from tests.e2e.pages.lock import go
from tests.e2e.pages.phone import Household, Records, Today
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
    form.then("请居委会来办")
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


TAPPED = "(button, ms) => { button.click(); return new Promise((done) => setTimeout(done, ms)) }"


def test_killed_at_any_moment_of_a_tap_a_visit_is_there_whole_or_not_at_all(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    page.evaluate("() => navigator.serviceWorker.ready")
    without_network(village, phone)
    chance, seen = random.Random(36), 0
    for _ in range(5):
        go(page, f"{village.origin}/h/{village.homes[0].id}")
        home = Household(page, village.origin).of(village.homes[0].name)
        home.button("没见到").click()
        sheet = page.get_by_role("dialog")
        expect(sheet).to_be_visible()
        home.button("没见到人").evaluate(TAPPED, chance.randrange(60))
        kill(page)
        dead, page = page, phone.context.new_page()
        dead.close()
        records = Records(page, village.origin).open()
        now = records.count_waiting()
        assert now in (seen, seen + 1)
        seen = now
    with_network(village, phone)
    Records(page, village.origin).open().waiting(0)
    assert len(stored_visits(village)) == seen
