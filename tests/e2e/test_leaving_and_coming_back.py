"""Whatever happens to a log-in, a phone or its storage, what was recorded reaches the committee or is still there (faults.md F41, F55)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched, kill
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Me, Records, Today
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


def record_without_network(village: Village, phone: Watched, name: str) -> None:
    """A visit that waits on the phone."""
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(name)
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    today.home(name).record().worries("都没问题").then("不用了").finish()
    expect(today.sync_line()).to_contain_text("1 条待上传")


def test_logging_out_keeps_what_waits_and_the_next_log_in_sends_it(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    record_without_network(village, phone, village.homes[0].name)
    me = Me(phone.page(), village.origin)
    me.tab("我")
    me.log_out(says="1 条还没传")
    village.server.start()
    LogIn(phone.page(), village.origin).enter(village.volunteer.phone, village.volunteer.password)
    records = Records(phone.page(), village.origin).open()
    records.waiting(0)
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[0].id]


def test_a_second_person_on_the_phone_sees_a_count_and_sends_nothing_of_the_first(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    record_without_network(village, phone, village.homes[0].name)
    me = Me(phone.page(), village.origin)
    me.tab("我")
    me.log_out()
    village.server.start()
    login = LogIn(phone.page(), village.origin)
    login.tells_of_waiting(village.volunteer.name, 1)
    login.enter(village.colleague.phone, village.colleague.password)
    today = Today(phone.page(), village.origin).open()
    expect(phone.page().get_by_text("今天没有安排")).to_be_visible()
    today.no_longer_shows(village.homes[0].name)
    Records(phone.page(), village.origin).open().waiting(0)
    assert stored_visits(village) == []


def held_back(page: Page, village: Village, name: str) -> None:
    """A record that may still be taken back, of which the server has just been told that it waits."""
    Today(page, village.origin).open().home(name).not_met("没见到人")
    with page.expect_response(lambda answer: "/sync/pull" in answer.url):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def cleared(phone: Watched, village: Village, what: str) -> None:
    """In the browser's settings, not under an open page."""
    phone.page().goto("about:blank")
    cdp = phone.context.new_cdp_session(phone.page())
    cdp.send("Storage.clearDataForOrigin", {"origin": village.origin, "storageTypes": what})


def test_cleared_storage_costs_what_was_not_sent_and_the_next_log_in_says_how_much_that_was(
    village: Village, phone_of: PhoneOf
) -> None:
    """F41: the cookie that was kept names the old phone and opens nothing; without it, the person's other phones are told of."""
    phone = phone_of(village.volunteer)
    page = phone.page()
    page.clock.set_fixed_time(datetime.now().astimezone())  # the ten seconds of an undo do not end
    today = Today(page, village.origin).open()
    today.home(village.homes[0].name).record().worries("都没问题").then("不用了").finish()
    Records(page, village.origin).open().waiting(0)
    held_back(page, village, village.homes[1].name)
    cleared(phone, village, "indexeddb")
    page.goto(village.origin + "/today")
    expect(page.get_by_label("手机号")).to_be_visible()
    LogIn(page, village.origin).enter(village.volunteer.phone, village.volunteer.password)
    told = page.get_by_role("alert").filter(has_text="居委会知道有 1 条没收到")
    expect(told).to_be_visible()
    told.get_by_role("button", name="知道了").click()
    expect(told).to_have_count(0)
    Today(page, village.origin).open().shows(village.homes[1].name)
    expect(told).to_have_count(0)

    held_back(page, village, village.homes[2].name)
    cleared(phone, village, "all")
    LogIn(page, village.origin).open().enter(village.volunteer.phone, village.volunteer.password)
    expect(page.get_by_role("alert").filter(has_text="您别的手机上次联系时")).to_contain_text(
        "还有 1 条没传"
    )
    Today(page, village.origin).open().shows(village.homes[1].name)
    assert len(stored_visits(village)) == 1


def test_an_unassigned_home_leaves_the_phone_and_its_five_waiting_visits_are_asked_about(
    village: Village, phone_of: PhoneOf
) -> None:
    """F55: kept whole before the committee, named on the phone, and nothing of the home is left there."""
    home = village.homes[1]
    phone = phone_of(village.volunteer)
    record_without_network(village, phone, home.name)
    door = Today(phone.page(), village.origin).home(home.name)
    for _ in range(4):
        door.not_met("没见到人")
        phone.page().keyboard.press("Escape")
    kill(phone.page())
    village.server.start()
    assert village.desk is not None
    task = village.desk.call("GET", f"/tasks/{home.task_id}")
    village.desk.call(
        "POST", f"/tasks/{home.task_id}/cancel", version=task["version"], reason="派错了人"
    )
    page = phone.context.new_page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    records = Records(page, village.origin).open()
    records.waiting(0)
    records.asked_about(5)
    today.open().shows(village.homes[0].name)
    today.no_longer_shows(home.name)
    waiting = village.desk.call("GET", "/visits/attention")["rows"]
    assert [(one["code"], one["household_id"]) for one in waiting] == [
        ("not_assigned", home.id)
    ] * 5
    said = [village.desk.call("GET", f"/visits/attention/{one['id']}") for one in waiting]
    assert sorted(one["payload"]["met"] for one in said) == ["met", *["not_met"] * 4]


def test_two_phones_of_one_person_hold_the_same_list_and_both_send(
    village: Village, phone_of: PhoneOf
) -> None:
    first, second = phone_of(village.volunteer, "first"), phone_of(village.volunteer, "second")
    for phone, home in ((first, village.homes[0]), (second, village.homes[2])):
        today = Today(phone.page(), village.origin).open()
        today.home(home.name).record().worries("都没问题").then("不用了").finish()
        Records(phone.page(), village.origin).open().waiting(0)
    assert {one["household_id"] for one in stored_visits(village)} == {
        village.homes[0].id,
        village.homes[2].id,
    }
