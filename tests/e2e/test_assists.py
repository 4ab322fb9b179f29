"""Help asked and given: the committee's named contact notes it, and nobody else of the committee finds that there is anything."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.browser import Watched
from tests.e2e.pages.login import LogIn
from tests.e2e.village import Desk, Village, make_person

PhoneOf = Callable[..., Watched]
CANARY = "找份搬运的活7306"


def test_the_contact_notes_help_and_the_committee_sees_nothing_of_it(
    village: Village, open_browser: PhoneOf
) -> None:
    officer = make_person(village.server, "康望晴", "15400000017", "civil_affairs_worker")
    contact = make_person(village.server, "池茉莉", "15400000018", "committee_contact")
    home = village.homes[0]
    civil = Desk(village.server, officer)
    person = civil.call("GET", f"/households/{home.id}")["residents"][0]
    civil.call(
        "PATCH", f"/residents/{person['id']}",
        version=person["version"], care_categories=["community_correction"],
    )  # fmt: skip

    desk = open_browser("contact", desk=True)
    page = desk.page()
    LogIn(page, village.origin).open().enter(contact.phone, contact.password)
    page.goto(village.origin + "/c/assists")
    page.get_by_role("button", name=f"记一笔 {home.name}").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="记好了")).to_be_disabled()
    sheet.get_by_label("要了什么帮助？").fill(CANARY)
    sheet.get_by_label("帮了什么？").fill("陪去了一趟人社服务站")
    sheet.get_by_role("button", name="记好了").click()
    note = page.locator("li.li").filter(has_text=CANARY)
    expect(note).to_contain_text("陪去了一趟人社服务站")
    expect(note).to_contain_text(contact.name)
    expect(page.get_by_text("矫正")).to_have_count(0)

    other = open_browser("other", desk=True)
    LogIn(other.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    expect(other.page().get_by_role("link", name="请看一下").first).to_be_visible()
    expect(other.page().get_by_role("link", name="要了什么帮助")).to_have_count(0)
    for path in (f"/c/roster/home/{home.id}", f"/c/tasks/home/{home.id}", "/c/assists"):
        other.page().goto(village.origin + path)
        expect(other.page().get_by_role("heading").first).to_be_visible()
        other.page().wait_for_load_state("networkidle")
        expect(other.page().get_by_text(CANARY)).to_have_count(0)

    note.get_by_role("button", name="去掉").click()
    page.get_by_role("dialog").get_by_role("button", name="去掉").click()
    expect(page.get_by_text("还没有记过")).to_be_visible()
