"""What has to be reported at once: noted beside the call without a network; who said it is read by the head alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched, kill
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Screen, Today
from tests.e2e.village import Desk, Village, make_person

PhoneOf = Callable[..., Watched]
CANARY = "门后有哭声7304"
NO_DIALER = """addEventListener('click', (e) => { if (e.target.closest('a[href^="tel:"]')) e.preventDefault() }, true)"""
"""A browser on a desk has nobody to call with; the tap is a tap all the same."""


def noting(page: Page, village: Village) -> None:
    """From the home's card: urgent, then the note."""
    Today(page, village.origin).open().home(village.homes[0].name)
    page.get_by_role("button", name="紧急").click()
    sheet = page.get_by_role("dialog")
    for number in ("110", "120", "119"):
        expect(sheet.locator(f'a[href="tel:{number}"]')).to_be_visible()
    sheet.get_by_role("link", name="该报警、该上报的，记一笔").click()
    expect(page.get_by_role("heading", name="先打电话")).to_be_visible()


def test_it_is_noted_offline_survives_the_page_and_only_the_head_reads_who_said_it(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    phone = phone_of(village.volunteer)
    page = phone.page()
    page.add_init_script(NO_DIALER)
    Today(page, village.origin).open().shows(village.homes[0].name)
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    noting(page, village)
    expect(page.get_by_role("button", name="记好了")).to_have_attribute("aria-disabled", "true")
    page.locator('a[href="tel:110"]').click()
    expect(page.get_by_text("打了 110")).to_be_visible()
    page.get_by_role("button", name="有人挨打、受虐待").click()
    page.get_by_label("看到什么，做了什么？").fill(CANARY)
    page.get_by_label("看到什么，做了什么？").blur()
    Screen(page, village.origin).is_kept()
    where = page.url
    kill(page)
    phone.close()

    phone = open_browser("phone")
    phone.context.set_offline(True)
    page = phone.page()
    go(page, where)
    expect(page.get_by_label("看到什么，做了什么？")).to_have_value(CANARY)
    expect(page.get_by_text("打了 110")).to_be_visible()
    page.get_by_role("button", name="记好了").click()
    expect(page.locator(".toasts")).to_contain_text("已存在本机")
    records = Records(page, village.origin).open()
    records.waiting(1)
    expect(page.locator(".rec")).to_contain_text("一条登记")
    expect(page.locator(".rec").filter(has_text=village.homes[0].name)).to_have_count(0)

    village.server.start()
    phone.context.set_offline(False)
    Records(page, village.origin).open().received(1)
    assert [
        str(path.relative_to(tmp_path))
        for path in (tmp_path / "phone").rglob("*")
        if path.is_file()
        and not path.name.startswith("Singleton")
        and any(CANARY.encode(code) in path.read_bytes() for code in ("utf-8", "utf-16-le"))
    ] == []

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(head.phone, head.password)
    desk.page().get_by_role("link", name="急事上报").click()
    report = desk.page().locator("li.report")
    for words in (
        CANARY,
        "打了 110",
        "有人挨打、受虐待",
        village.homes[0].name,
        village.volunteer.name,
    ):
        expect(report).to_contain_text(words)
    report.get_by_role("button", name="我看过了").click()
    expect(report).to_contain_text(f"{head.name} ")
    expect(report.get_by_role("button")).to_have_count(0)

    other = open_browser("other", desk=True)
    LogIn(other.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    expect(other.page().get_by_role("link", name="请看一下").first).to_be_visible()
    expect(other.page().get_by_role("link", name="急事上报")).to_have_count(0)
    other.page().goto(f"{village.origin}/c/tasks/home/{village.homes[0].id}")
    expect(other.page().get_by_text("还没有走访记录")).to_be_visible()
    other.page().goto(village.origin + "/c/urgent")
    expect(other.page().get_by_text(CANARY)).to_have_count(0)
    boss = Desk(village.server, head)
    assert boss.call("GET", "/reports/waiting")["duty_reports"] == 0
