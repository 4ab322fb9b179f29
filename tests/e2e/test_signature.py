"""A resident who wishes to signs with a finger, behind a door without a network; the committee sees the signature as one."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


def write(page: Page) -> None:
    """A few strokes where the name belongs."""
    expect(page.locator("canvas.pad[width='0']")).to_have_count(0)
    box = page.get_by_role("img", name="在这里用手指写名字").bounding_box()
    assert box is not None
    left, top = box["x"] + 40, box["y"] + 60
    for start in (0, 60, 120):
        page.mouse.move(left + start, top)
        page.mouse.down()
        page.mouse.move(left + start + 30, top + 80, steps=8)
        page.mouse.move(left + start + 50, top + 20, steps=8)
        page.mouse.up()


def test_a_signature_given_offline_is_seen_on_the_desk_as_a_signature(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    home = village.homes[0]
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(home.name)
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    form = today.home(home.name).record()
    form.worries("燃气").then("不用了")
    page.get_by_role("button", name="再记几样").click()
    page.get_by_role("button", name="请住户签个名").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="签好了")).to_be_disabled()
    write(page)
    sheet.get_by_role("button", name="签好了").click()
    expect(page.locator(".with")).to_contain_text("签名")
    form.saved()
    form.finish()
    village.server.start()
    phone.context.set_offline(False)
    Records(page, village.origin).open().received(1)
    (stored,) = stored_visits(village)
    assert stored["answers"]["signed"] == stored["answers"]["attachments"][0]["attachment_id"]
    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    HomeVisits(desk.page(), village.origin).open(home.id).shows(village.volunteer.name)
    expect(desk.page().get_by_role("img", name="签名")).to_be_visible()
