"""Every screen can be used by people who hear it, enlarge it or steer it with keys: no serious or critical finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import findings, sideways
from tests.e2e.browser import Watched
from tests.e2e.pages.lock import go
from tests.e2e.pages.phone import Household, Today
from tests.e2e.village import Village

PhoneOf = Callable[..., Watched]
DESK = (
    "/c/today", "/c/tasks", "/c/tasks/assign", "/c/tasks/home/{home}", "/c/tasks/{task}", "/c/attention", "/c/messages",
    "/c/cadence", "/c/questions", "/c/pairing", "/c/pairing/{helper}/handover", "/c/roster", "/c/roster/home/{home}", "/c/roster/home/{home}/timeline", "/c/roster/doubles", "/c/roster/doubles/{home}/{other}", "/c/areas", "/c/roster/import", "/c/people", "/c/phones", "/c/attention?state=settled", "/door-codes",
    "/concerns", "/concerns/return-calls", "/concerns/rates", "/concerns/rules", "/c/patrols", "/c/patrols/plan", "/c/disputes", "/c/carried", "/me", "/me/sessions", "/me/password",
)  # fmt: skip
OPEN = (
    "/login",
    "/phone-off",
    "/join",
    "/new-password",
    "/q/{token}",
    "/c/new/{token}",
    "/c/door",
    "/c/follow",
    "/c/info",
    "/nowhere",
    "/help",
    "/help/urgent",
    "/practice/",
    "/practice/today",
    "/practice/records",
)


def volunteers_screens(village: Village, page: Page) -> Iterator[str]:
    """Walks through the volunteer's screens and sheets; each stop is a screen to look at."""
    home = village.homes[0]
    today = Today(page, village.origin).open()
    today.shows(home.name)
    yield "01 today"
    if not page.evaluate("document.documentElement.dataset.size"):
        today.button("为什么这样排").click()
        yield "01 why this order"
        page.keyboard.press("Escape")
    household = today.home(home.name)
    yield "03 household"
    household.button("更多").click()
    yield "03 more"
    household.button("转给别人").click()
    yield "03 hand over"
    page.keyboard.press("Escape")
    household.button("没见到").click()
    household.button("没见到人").click()
    expect(page.get_by_role("dialog")).to_contain_text("存在本机")
    yield "04a outcome"
    household.button("撤销").click()
    household.toast("撤了，没有记")
    household.button("其他情况").click()
    yield "04a other"
    page.keyboard.press("Escape")
    form = household.record()
    yield "04b empty form"
    form.worries("取暖", "其他").says("暖气又不太热了").then("再来一趟").saved()
    form.button("再记几样", exact=False).click()
    form.button("再加一样").click()
    yield "04b filled form"
    form.button("改", exact=False).first.click()
    yield "04b change"
    page.keyboard.press("Escape")
    form.button("紧急").click()
    yield "04b urgent"
    page.keyboard.press("Escape")
    go(page, village.origin + "/inbox")
    expect(page.locator("main")).to_contain_text("给您派了")
    yield "messages"
    go(page, village.origin + "/scan")
    expect(page.get_by_text("这台设备没有相机")).to_be_visible()
    yield "02 scan"
    household.button("输入 8 位短码").click()
    yield "02 short code"
    page.keyboard.press("Escape")
    household.button("从今日名单里选").click()
    yield "02 list"
    page.keyboard.press("Escape")
    go(page, village.origin + "/records")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    yield "05 records"
    go(page, village.origin + "/me")
    expect(page.get_by_text(village.volunteer.name).first).to_be_visible()
    yield "me"
    go(page, village.origin + "/me/pairings")
    expect(page.get_by_role("heading", name="哪天有空")).to_be_visible()
    yield "my pairings"
    go(page, village.origin + "/me")
    page.get_by_role("button", name="退出登录").click()
    yield "me, leaving"
    page.keyboard.press("Escape")


SETTLED = """async () => {
  const frame = () => new Promise((go) => requestAnimationFrame(() => go()))
  const moving = () => document.getAnimations()
    .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime))
  await frame(); await frame(); await frame()  // a sheet begins to slide a frame after it is there
  while (moving().length) {
    await Promise.all(moving().map((one) => one.finished.catch(() => null)))
    await frame()
  }
}"""
"""Sheets slide in; half-transparent text has no contrast yet."""


def collect(look: Callable[[Page], list[Any]], page: Page, stops: Iterator[str]) -> dict[str, Any]:
    bad = {}
    for stop in stops:
        page.evaluate(SETTLED)
        found = look(page)
        if found:
            bad[stop] = found
    return bad


@pytest.mark.parametrize("size", ["normal", "large"])
def test_the_volunteers_screens(village: Village, phone_of: PhoneOf, size: str) -> None:
    page = phone_of(village.volunteer).page()
    page.evaluate("size => localStorage.setItem('linli.size', size)", size)
    bad = collect(findings, page, volunteers_screens(village, page))
    assert not bad, bad


@pytest.mark.parametrize(("width", "size"), [(320, "normal"), (320, "large"), (180, "normal")])
def test_nothing_on_the_volunteers_screens_needs_sideways_scrolling(
    village: Village, phone_of: PhoneOf, width: int, size: str
) -> None:
    """320 px is the narrowest phone; 180 px is a phone of 360 px at 200 % zoom."""
    page = phone_of(village.volunteer, viewport={"width": width, "height": 740}).page()
    page.evaluate("size => localStorage.setItem('linli.size', size)", size)
    bad = collect(sideways, page, volunteers_screens(village, page))
    assert not bad, bad


def visits_of(
    village: Village, page: Page, paths: tuple[str, ...], *, lock: bool = True
) -> Iterator[str]:
    """``lock``: whether these pages can stand behind somebody's PIN; a stranger's never do."""
    home = village.homes[0]
    for path in paths:
        address = village.origin + path.format(
            home=home.id, task=home.task_id, token=home.token, helper=village.volunteer.id,
            other=village.homes[1].id,
        )  # fmt: skip
        if lock:
            go(page, address)
        else:
            page.goto(address)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        yield path


def test_the_committees_pages(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.worker, "desk", desk=True).page()
    bad = collect(findings, page, visits_of(village, page, DESK))
    assert not bad, bad


def test_the_committees_pages_on_a_phone(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.worker, "desk").page()
    bad = collect(lambda p: findings(p) + sideways(p), page, visits_of(village, page, DESK))
    assert not bad, bad


def test_the_open_pages(village: Village, open_browser: PhoneOf) -> None:
    watched = open_browser("stranger", new=True, viewport={"width": 320, "height": 740})
    page = watched.page()
    bad = collect(
        lambda p: findings(p) + sideways(p), page, visits_of(village, page, OPEN, lock=False)
    )
    assert not bad, bad


def test_a_home_opens_and_is_left_with_the_keyboard_alone(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    today.row(village.homes[0].name).focus()
    page.keyboard.press("Enter")
    household = Household(page, village.origin).of(village.homes[0].name)
    household.button("没见到").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(household.button("没见到")).to_be_focused()
