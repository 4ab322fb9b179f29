"""The road the product is built for: a door is scanned, the network is away, the visit is not lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.browser import Watched, kill
from tests.e2e.door_video import film, frame
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Household, Records, Today, VisitForm
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


def test_a_visit_recorded_behind_a_scanned_door_without_a_network_reaches_the_committee(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    home = village.homes[0]
    video = film(village.door(home), tmp_path / "door.mjpeg")
    phone = phone_of(village.volunteer, new=True, film=video)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(*(one.name for one in village.homes))
    page.evaluate("() => navigator.serviceWorker.ready")

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = HomeVisits(desk.page(), village.origin).open(home.id).empty()

    village.server.stop()
    phone.context.set_offline(True)
    today.reload()
    today.shows(*(one.name for one in village.homes))
    form = today.scan().opens_by_itself(home.name).record()
    form.worries("取暖").says("暖气又不太热了").then("请居委会来办").saved()
    today = form.finish()
    expect(today.sync_line()).to_have_text("没信号，照常记 · 1 条待上传")

    kill(page)
    phone.close()
    phone = open_browser("phone")
    phone.context.set_offline(True)
    page = phone.page()
    Records(page, village.origin).open().waiting(1)

    village.server.start()
    phone.context.set_offline(False)
    records = Records(page, village.origin).open()
    records.waiting(0)
    records.received(1)
    seen.shows(village.volunteer.name, "暖气又不太热了")
    assert [
        (one["household_id"], one["met"], one["answers"]["opinion"], one["evidence"])
        for one in stored_visits(village)
    ] == [(home.id, "met", "暖气又不太热了", "qr")]


def test_an_answer_given_before_the_page_died_is_there_again(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    home = village.homes[0]
    form = Today(page, village.origin).open().home(home.name).record()
    form.worries("燃气").says("灶台漏气").saved()
    where = page.url
    kill(page)
    page = phone.context.new_page()
    go(page, where)
    form = VisitForm(page, village.origin)
    expect(form.button("燃气")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("住户说了什么？")).to_have_value("灶台漏气")


def test_nobody_met_is_two_taps_and_can_be_undone(village: Village, phone_of: PhoneOf) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[1].name)
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    village.server.start()
    home = Today(page, village.origin).open().home(village.homes[1].name)
    home.not_met("没见到人")
    home.undo()
    home.page.keyboard.press("Escape")
    home.not_met("住院了")
    today = home.back_to_today()
    records = Records(page, village.origin)
    today.tab("本机记录")
    records.waiting(0)
    records.received(1)
    assert [one["met"] for one in stored_visits(village)] == ["hospitalised"]


def test_the_short_code_opens_the_same_door(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.volunteer).page()
    scan = Today(page, village.origin).open().scan()
    typed = village.homes[2].short_code
    scan.short_code(typed[:4].lower() + " " + typed[4:])
    Household(page, village.origin).of(village.homes[2].name)
    assert "by=short_code" in page.url


def test_a_photo_of_the_code_opens_the_same_door(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    picture = tmp_path / "door.jpg"
    frame(village.door(village.homes[1]), 5).save(picture)
    page = phone_of(village.volunteer).page()
    scan = Today(page, village.origin).open().scan()
    scan.picture(str(picture))
    Household(page, village.origin).of(village.homes[1].name)
    assert "by=photo" in page.url


def test_a_code_of_another_host_is_never_opened(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    picture = tmp_path / "door.jpg"
    frame("https://example.invalid/q/" + village.homes[1].token, 3).save(picture)
    page = phone_of(village.volunteer).page()
    scan = Today(page, village.origin).open().scan()
    scan.picture(str(picture))
    scan.toast("这不是我们的门码")
    assert page.url.endswith("/scan")
