"""The phone's own lock in the place of six digits: it opens for whom the phone opens, and digits open nothing then."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.accessibility import findings
from tests.e2e.browser import Watched
from tests.e2e.pages.lock import OTHER_PIN, PIN, ByPhone, Chip, Lock
from tests.e2e.pages.phone import Me, Today
from tests.e2e.village import Village

PhoneOf = Callable[..., Watched]


def test_the_phones_own_lock_opens_for_its_owner_alone_and_gives_way_to_new_digits(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    chip = Chip(page)
    name = village.homes[0].name
    Today(page, village.origin).open().shows(name)
    Me(page, village.origin).tab("我")
    ByPhone(page).turn_on(PIN)

    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()  # neither the phone nor its chip needs a network
    Me(page, village.origin).tab("今日")
    Today(page, village.origin).shows(name)
    page.reload()
    lock = Lock(page).says(f"{village.volunteer.name}，用这台手机的锁打开")
    expect(lock.screen.get_by_role("button", name="1", exact=True)).to_have_count(0)
    assert not findings(page)
    lock.by_phone().is_gone()

    Me(page, village.origin).tab("我")
    ByPhone(page).turn_off(OTHER_PIN)
    Me(page, village.origin).tab("今日")
    Today(page, village.origin).shows(name)
    page.reload()
    lock.asks(village.volunteer.name).press(PIN).says("不对").press(OTHER_PIN).is_gone()

    Me(page, village.origin).tab("我")
    ByPhone(page).turn_on(OTHER_PIN)
    Me(page, village.origin).tab("今日")
    Today(page, village.origin).shows(name)
    page.reload()
    chip.knows(False)
    lock.by_phone().says("手机没给打开")
    expect(page.get_by_text(name)).to_have_count(0)
