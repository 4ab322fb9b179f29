"""A child's check: its director alone is offered it, a sign of harm leads to the note, and the committee reads none of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from server.access import service as access
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched
from tests.e2e.pages.assigning import HomeVisits
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Human, Village, make_person
from tests.factories.areas import COMMITTEE

PhoneOf = Callable[..., Watched]
OFFERED = "儿童走访记录"


def make_director(village: Village) -> Human:
    """Paired with the first home."""
    person = make_person(village.server, "易小满", "15400000018", "child_director")
    with village.server.app.app_context(), transaction(write=True):
        access.grant_household(
            user_id=person.id, household_id=uuid.UUID(village.homes[0].id), area_id=COMMITTEE,
            cause="pairing", cause_id=person.id,
        )  # fmt: skip
    return person


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_role("button", name=answer, exact=True).click()


def test_a_sign_of_harm_leads_to_the_note_and_only_the_director_reads_the_check(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    director = make_director(village)
    home = village.homes[0]
    phone = phone_of(director)
    page = phone.page()
    Today(page, village.origin).open().is_whole()
    go(page, f"{village.origin}/h/{home.id}")
    expect(page.get_by_role("link", name=OFFERED)).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    go(page, f"{village.origin}/h/{home.id}")
    page.get_by_role("link", name=OFFERED).click()
    choose(page, "孩子有人照看吗？", "照看不周")
    choose(page, "上学怎么样？", "常缺课")
    choose(page, "多久和爸妈联系一回？", "很少")
    expect(page.get_by_role("button", name="照片")).to_have_count(0)
    choose(page, "有没有受伤害的样子？", "有点像")
    sheet = page.get_by_role("dialog")
    expect(sheet.locator('a[href="tel:110"]')).to_be_visible()
    sheet.get_by_role("button", name="关上").last.click()
    choose(page, "接下来？", "请居委会来办")
    page.get_by_role("button", name="记好了").click()
    expect(page.get_by_role("heading", name="先打电话")).to_be_visible()
    village.server.start()
    phone.context.set_offline(False)
    records = Records(page, village.origin).open()
    records.received(1)

    records.tab("我")
    expect(page.get_by_role("link", name=OFFERED)).to_be_visible()
    page.get_by_role("link", name=OFFERED).click()
    seen = page.locator("dl.facts").first
    for words in ("照看不周", "常缺课", "有点像"):
        expect(seen).to_contain_text(words)

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    HomeVisits(desk.page(), village.origin).open(home.id).shows("见到本人")
    for words in ("照看不周", "常缺课", "有点像"):
        expect(desk.page().get_by_text(words)).to_have_count(0)


def test_nobody_else_is_offered_it(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.volunteer).page()
    Today(page, village.origin).open().home(village.homes[0].name)
    expect(page.get_by_role("link", name="见到了，开始记")).to_be_visible()
    expect(page.get_by_role("link", name=OFFERED)).to_have_count(0)
