"""The practice village: a guided first visit and a drill without a signal, of which nothing leaves the phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e.browser import Watched
from tests.e2e.pages.lock import Lock, unlock
from tests.e2e.pages.phone import Household, Me, Records, Scan, Today, VisitForm
from tests.e2e.pages.practice import Practice
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


def asked_of(context: BrowserContext) -> list[str]:
    """Every request to the API from here on, also those the browser refused to make."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).path.startswith("/api/"):
            asked.append(f"{request.method} {request.url}")

    context.on("request", note)
    return asked


def databases(page: Page) -> set[str]:
    return set(page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)"))


def a_guided_visit(page: Page, practice: Practice) -> None:
    practice.begin("开始第一次走访").says("今天要去桑晓岚家")
    page.get_by_role("link", name="扫门上的码").click()
    practice.says("照着输 1234 567K")
    Scan(page, practice.origin).practice_code()
    Household(page, practice.origin).of("桑晓岚").record()
    practice.says("点“都没问题”")
    VisitForm(page, practice.origin).worries("都没问题").then("不用了").finish()
    practice.says("记好了").tab("本机记录")
    practice.says("居委会已收到")
    Records(page, practice.origin).received(1)


def a_drill(page: Page, practice: Practice) -> None:
    practice.button("再练没信号").click()
    practice.says("楼道里常没信号").button("关掉信号").click()
    practice.says("没信号也照常记")
    home = Today(page, practice.origin).home("苗春雨")
    practice.says("这回没人应门")
    home.not_met("没见到人")
    today = home.back_to_today()
    expect(today.sync_line()).to_have_text("没信号，照常记 · 1 条待上传")
    practice.says("已经存在本机了").tab("本机记录")
    practice.says("没丢")
    records = Records(page, practice.origin)
    records.waiting(1)
    practice.button("打开信号").click()
    practice.says("练完了")
    records.waiting(0)
    records.received(2)


def test_a_volunteer_practises_and_nothing_of_it_leaves_the_phone(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(*(one.name for one in village.homes))
    page.evaluate("() => navigator.serviceWorker.ready")
    before = databases(page)
    asked = asked_of(phone.context)

    Me(page, village.origin).tab("我")
    page.get_by_role("link", name="练习").click()
    practice = Practice(page, village.origin).stands()
    asked.clear()
    a_guided_visit(page, practice)
    a_drill(page, practice)
    assert databases(page) - before == {"linli-practice"}
    practice.anew()
    Today(page, practice.origin).open().shows("桑晓岚")
    Records(page, practice.origin).tab("本机记录")
    expect(page.get_by_text("还没有记过")).to_be_visible()
    assert asked == []

    practice.leave()
    Lock(page).stands()
    unlock(page)
    Today(page, village.origin).shows(*(one.name for one in village.homes))
    records = Records(page, village.origin)
    records.tab("本机记录")
    expect(page.get_by_text("还没有记过")).to_be_visible()
    records.waiting(0)
    assert stored_visits(village) == []


def test_it_works_before_the_first_log_in_with_the_radio_off_and_goes_on_where_it_was_left(
    village: Village, open_browser: PhoneOf
) -> None:
    phone = open_browser("phone", new=True)
    page = phone.page()
    asked = asked_of(phone.context)
    page.goto(village.origin + "/login")
    page.get_by_role("link", name="先练练手").click()
    practice = Practice(page, village.origin).stands()
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    practice.begin("开始第一次走访").says("今天要去桑晓岚家")
    page.get_by_role("link", name="扫门上的码").click()
    practice.says("照着输 1234 567K")
    Scan(page, practice.origin).short_code("1234567K")
    form = Household(page, practice.origin).of("桑晓岚").record().worries("都没问题").saved()
    page.goto("about:blank")
    practice.open().begin("接着练").says("今天要去桑晓岚家")
    Today(page, practice.origin).home("桑晓岚").record()
    expect(form.button("都没问题")).to_have_attribute("aria-pressed", "true")
    form.then("不用了").finish()
    practice.says("记好了").tab("本机记录")
    practice.says("居委会已收到")
    Records(page, practice.origin).received(1)
    assert asked == []
    village.server.start()


FETCH = "() => fetch('/api/v1/sync/push', { method: 'POST' }).then(() => 'went', () => 'refused')"
WALL_DOWN = """
const append = HTMLHeadElement.prototype.append;
HTMLHeadElement.prototype.append = function (...nodes) {
  if (nodes[0]?.httpEquiv !== 'Content-Security-Policy') append.apply(this, nodes);
};
"""


@pytest.mark.parametrize("wall", [True, False], ids=["with its wall", "with the wall taken down"])
def test_the_browser_itself_refuses_what_a_page_of_the_village_would_send(
    village: Village, open_browser: PhoneOf, wall: bool
) -> None:
    phone = open_browser("phone")
    phone.forgiven = ("Content Security Policy",)
    page = phone.page()
    if not wall:
        page.add_init_script(WALL_DOWN)
    Practice(page, village.origin).open()
    assert page.evaluate(FETCH) == ("refused" if wall else "went")
