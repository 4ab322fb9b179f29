"""What somebody said at the door: held, let go, heard again, sent with the visit, and heard by the committee."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched
from tests.e2e.pages.desk import Concerns
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Today
from tests.e2e.pages.resident import DoorPage
from tests.e2e.village import Village

PhoneOf = Callable[..., Watched]
TALKED = "() => Number(/正在录 (\\d+) 秒/.exec(document.querySelector('.voice')?.textContent ?? '')?.[1] ?? 0) >= 2"


def talk(page: Page) -> None:
    """Hold the button until two seconds are kept, then let go."""
    page.get_by_role("button", name="按住说话").hover()
    page.mouse.down()
    page.wait_for_function(TALKED)
    page.mouse.up()
    expect(page.get_by_text("录音 1", exact=True)).to_be_visible()


def test_what_was_said_at_a_door_without_a_network_is_heard_by_the_committee(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    home = village.homes[0]
    phone = phone_of(village.volunteer, microphone=True)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(home.name)
    page.evaluate("() => navigator.serviceWorker.ready")
    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = HomeVisits(desk.page(), village.origin).open(home.id).empty()

    phone.context.set_offline(True)
    form = today.home(home.name).record()
    talk(page)
    page.get_by_role("button", name="听一遍").click()
    expect(page.get_by_role("button", name="停", exact=True)).to_be_visible()
    form.worries("取暖").then("请居委会来办").saved()
    form.finish()
    phone.context.set_offline(False)

    seen.shows("请居委会来办")
    sound = desk.page().get_by_label("录音 1")
    expect(sound).to_be_visible(timeout=60_000)
    lasts = sound.evaluate(
        "(sound) => new Promise((known) => { if (sound.duration > 0) known(sound.duration);"
        " sound.addEventListener('loadedmetadata', () => known(sound.duration)) })"
    )
    assert 1.5 < lasts < 30


def test_without_a_microphone_a_sentence_says_so_and_typing_stays(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    form = Today(page, village.origin).open().home(village.homes[0].name).record()
    page.get_by_role("button", name="按住说话").hover()
    page.mouse.down()
    expect(page.locator(".voice")).to_contain_text("打字也一样")
    page.mouse.up()
    form.says("暖气片又凉了").worries("取暖").then("不用了").saved()
    form.finish()


def test_a_resident_says_it_instead_of_typing_and_nothing_is_lost_without_a_signal(
    village: Village, open_browser: PhoneOf, phone_of: PhoneOf
) -> None:
    phone = open_browser("resident", service_workers="block", microphone=True)
    page = phone.page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业")
    page.get_by_role("button", name="按住说话").hover()
    page.mouse.down()
    expect(page.locator("#talk")).to_contain_text("正在录 2 秒")
    page.mouse.up()
    expect(page.get_by_label("您说的话")).to_be_visible()
    phone.context.set_offline(True)
    form.send()
    form.waits_for_signal()
    phone.context.set_offline(False)
    page.reload()
    form.received()

    desk = phone_of(village.worker, "desk", desk=True)
    Concerns(desk.page(), village.origin).open().concern("我说的在录音里")
    expect(desk.page().get_by_label("录音 1")).to_be_visible()
