"""What could not be taken in by itself is decided by a person, and the volunteer's phone learns of it; a lost phone clears itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched, kill
from tests.e2e.pages.accounts import People
from tests.e2e.pages.attention import Attention, Phones
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Home, Human, Village, stored_visits

PhoneOf = Callable[..., Watched]


def recorded_offline(village: Village, phone: Watched, *homes: Home) -> None:
    """Visits that wait on a phone whose page was killed; the server is there again."""
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(*(home.name for home in homes))
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    for home in homes:
        today.home(home.name).record().worries("都没问题").then("不用了").finish()
    expect(today.sync_line()).to_contain_text(f"{len(homes)} 条待上传")
    kill(page)
    village.server.start()


def cancelled(village: Village, *homes: Home) -> None:
    """The committee gives these homes to nobody any more."""
    assert village.desk is not None
    for home in homes:
        path = f"/tasks/{home.task_id}"
        task = village.desk.call("GET", path)
        village.desk.call("POST", f"{path}/cancel", version=task["version"], reason="派错了人")


def desk_of(village: Village, phone_of: PhoneOf, who: Human | None = None) -> Page:
    return phone_of(who or village.worker, "desk", desk=True).page()


def test_an_entry_for_a_home_given_away_is_corrected_taken_in_and_seen_on_the_phone(
    village: Village, phone_of: PhoneOf
) -> None:
    home = village.homes[1]
    phone = phone_of(village.volunteer)
    recorded_offline(village, phone, home)
    cancelled(village, home)
    page = phone.context.new_page()
    records = Records(page, village.origin).open()
    records.waiting(0)
    records.asked_about(1)

    desk = Attention(desk_of(village, phone_of), village.origin).open()
    desk.shows(home.name, "那天归这位，现在换了人", village.volunteer.name).choose(home.name)
    desk.says("见到本人", "都没问题").edit(says="门口积雪已扫", outcome="见到家属").count(0)

    records.open()
    records.received(1)
    (visit,) = stored_visits(village)
    assert (visit["answers"]["opinion"], visit["met"]) == ("门口积雪已扫", "family")
    desk.settled().choose(home.name).says("改好收下的", "手机上记的", "收下的", "门口积雪已扫")


def test_several_are_put_aside_with_one_reason_and_opened_again(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    recorded_offline(village, phone, *village.homes)
    cancelled(village, *village.homes)
    records = Records(phone.context.new_page(), village.origin).open()
    records.asked_about(3)

    page = desk_of(village, phone_of)
    desk = Attention(page, village.origin).open().count(3)
    expect(page.get_by_role("navigation").first).to_contain_text("请看一下 3")
    desk.select_all().put_aside("已电话核实").count(0)
    desk.toast("3 条都处理好了")
    desk.button("撤销").click()
    desk.count(3).select_all().put_aside("已电话核实").count(0)
    desk.settled().count(3).shows(village.homes[0].name, "放一边了", village.worker.name)
    assert stored_visits(village) == []
    assert village.desk is not None
    states = {
        one["state"] for one in village.desk.call("GET", "/visits/attention?state=all")["rows"]
    }
    assert states == {"closed"}


def test_the_keyboard_alone_takes_an_entry_in(village: Village, phone_of: PhoneOf) -> None:
    home = village.homes[1]
    recorded_offline(village, phone := phone_of(village.volunteer), home)
    cancelled(village, home)
    Records(phone.context.new_page(), village.origin).open().asked_about(1)
    page = desk_of(village, phone_of)
    desk = Attention(page, village.origin).open().count(1)
    page.keyboard.press("/")
    page.keyboard.type("没有这一户")
    desk.count(0)
    page.get_by_role("searchbox").fill("")
    page.keyboard.press("Escape")
    desk.count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    desk.toast("收下了")
    desk.count(0)
    assert len(stored_visits(village)) == 1


@pytest.mark.parametrize(
    "asleep", [False, True], ids=["with a live log-in", "after its log-in ran out"]
)
def test_a_lost_phone_hands_in_what_it_holds_and_clears_itself(
    village: Village, phone_of: PhoneOf, asleep: bool
) -> None:
    """F57: what a dismissed phone hands in waits for the committee, it reads nothing more, and clears itself when that was heard."""
    home, volunteer = village.homes[1], village.volunteer
    phone = phone_of(volunteer)
    if asleep:
        recorded_offline(village, phone, home)
    else:
        page = phone.page()
        today = Today(page, village.origin).open()
        today.shows(home.name)
    desk = desk_of(village, phone_of)
    if asleep:
        People(desk, village.origin).open()
        desk.get_by_role("row").filter(has_text=volunteer.name).get_by_role(
            "button", name="看看"
        ).click()
        desk.get_by_role("dialog").get_by_role("button", name="丢了").click()
        Phones(desk, village.origin).confirm("丢在公交车上了")
    else:
        Phones(desk, village.origin).open().lose(volunteer.name, "丢在公交车上了")

    if asleep:
        page = phone.context.new_page()
        page.goto(village.origin + "/today")
    else:
        page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.get_by_text("居委会停用了这台手机")).to_be_visible(timeout=30_000)
    assert page.url.endswith("/phone-off")
    left = page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    # What it carries for others is sealed and not this person's; the register of profiles is empty.
    assert set(left) <= {"linli", "linli-carried"}
    page.goto(village.origin + "/today")
    expect(page.get_by_label("手机号")).to_be_visible()

    phones = Phones(desk, village.origin).open("off")
    phones.says(volunteer.name, "停用：丢在公交车上了", "已清空")
    if asleep:
        phones.says(volunteer.name, "交来 1 条")
        desk.get_by_role("link", name="看交来的").click()
        attention = Attention(desk, village.origin)
        attention.shows(home.name, "停用的手机交来的").take(home.name).count(0)
        assert len(stored_visits(village)) == 1
