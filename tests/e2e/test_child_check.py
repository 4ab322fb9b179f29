"""A child's check: its director alone is offered it, somebody agrees first, a sign of harm waits for nobody, and the committee reads none of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from server.access import service as access
from server.kit import clock
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched
from tests.e2e.pages.assigning import HomeVisits
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import SENT, Records, Today
from tests.e2e.village import Desk, Human, Village, make_person
from tests.factories.areas import COMMITTEE
from tests.factories.consents import said_yes

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


def make_child(village: Village, name: str, years: int) -> str:
    """A child of the first home, as the committee writes it into the register."""
    assert village.desk is not None
    born = clock.today().replace(year=clock.today().year - years, day=1).isoformat()
    place = f"/households/{village.homes[0].id}/residents"
    made = village.desk.call("POST", place, name=name, relation="grandson", birth_date=born)
    return str(next(one["id"] for one in made["residents"] if one["name"] == name))


def fill_in(page: Page) -> None:
    """Everything a calm check asks."""
    choose(page, "孩子有人照看吗？", "照看得好")
    choose(page, "上学怎么样？", "在上学")
    choose(page, "多久和爸妈联系一回？", "每周")
    choose(page, "有没有受伤害的样子？", "没有")
    choose(page, "接下来？", "不用了")


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


def test_somebody_agrees_at_the_door_without_a_network_and_the_entitled_see_it(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    director = make_director(village)
    home = village.homes[0]
    child = make_child(village, "荀小满", 9)
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
    consent = page.get_by_role("group", name="同意做儿童走访记录")
    expect(consent).to_contain_text("荀小满还没有监护人的同意")
    fill_in(page)
    expect(page.get_by_role("button", name="记好了")).to_be_disabled()
    expect(page.get_by_text("还差“孩子的同意”")).to_be_visible()
    consent.get_by_role("button", name="念说明，问一声").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("不同意也没关系")
    sheet.get_by_label("谁同意的（监护人姓名）").fill("田听雨")
    sheet.get_by_label("是孩子什么人").fill("奶奶")
    sheet.get_by_label("电话（可不填）").fill("15400007311")
    sheet.get_by_role("button", name="同意了", exact=True).click()
    expect(consent).to_contain_text("荀小满：今天同意过，可以记")
    page.get_by_role("button", name="记好了").click()
    expect(page.get_by_text("记好了，已存在本机").first).to_be_visible()
    village.server.start()
    phone.context.set_offline(False)
    records = Records(page, village.origin).open()
    records.received(2)
    expect(page.get_by_text("田听雨")).to_have_count(0)

    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    desk = open_browser("desk", desk=True)
    seen = desk.page()
    LogIn(seen, village.origin).open().enter(head.phone, head.password)
    seen.goto(f"{village.origin}/c/roster/home/{home.id}")
    seen.get_by_role("link", name="孩子的同意").last.click()
    expect(seen.get_by_text("走访记录 · 有同意")).to_be_visible()
    seen.get_by_role("link", name="荀小满").click()
    expect(seen.get_by_text("田听雨 · 奶奶 · 154****7311")).to_be_visible()
    seen.get_by_role("button", name="收回 同意做儿童走访记录").click()
    seen.get_by_label("对方说了什么（可不填）").fill("搬去爸妈那里")
    seen.get_by_role("dialog").get_by_role("button", name="收回", exact=True).click()
    expect(seen.get_by_text("同意收回了，不再新记")).to_be_visible()
    expect(seen.get_by_text("搬去爸妈那里")).to_be_visible()

    go(page, f"{village.origin}/h/{home.id}")
    page.get_by_role("link", name=OFFERED).click()
    expect(page.get_by_role("group", name="同意做儿童走访记录")).to_contain_text(
        "还没有监护人的同意", timeout=SENT
    )

    other = open_browser("other", desk=True)
    LogIn(other.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    other.page().goto(f"{village.origin}/c/roster/home/{home.id}")
    expect(other.page().get_by_text("荀小满").first).to_be_visible()
    expect(other.page().get_by_role("link", name="孩子的同意")).to_have_count(0)
    assert village.desk is not None
    refused = village.desk.http.get(f"/consents/children/{child}")
    assert refused.status_code == 403


def test_a_check_that_cannot_wait_is_recorded_first_and_the_committee_is_asked_to_ask(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    director = make_director(village)
    home = village.homes[0]
    make_child(village, "荀小满", 9)
    page = phone_of(director).page()
    Today(page, village.origin).open().is_whole()
    go(page, f"{village.origin}/h/{home.id}")
    page.get_by_role("link", name=OFFERED).click()
    fill_in(page)
    choose(page, "有没有受伤害的样子？", "有")
    page.get_by_role("dialog").get_by_role("button", name="关上").last.click()
    expect(page.get_by_role("group", name="同意做儿童走访记录")).to_contain_text("情况急，先记")
    page.get_by_role("button", name="记好了").click()
    expect(page.get_by_role("heading", name="先打电话")).to_be_visible()
    Records(page, village.origin).open().received(1)

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    desk.page().goto(f"{village.origin}/c/attention")
    expect(desk.page().get_by_text("情况急先记的，请补问孩子的同意").first).to_be_visible()


def test_a_yes_is_taken_back_at_the_door_as_easily_as_it_was_given(
    village: Village, phone_of: PhoneOf
) -> None:
    director = make_director(village)
    home = village.homes[0]
    child = make_child(village, "荀小满", 9)
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    register = Desk(village.server, head)
    assert register.http.post(f"/consents/children/{child}", json=said_yes()).status_code == 201
    page = phone_of(director).page()
    Today(page, village.origin).open().is_whole()
    go(page, f"{village.origin}/h/{home.id}")
    page.get_by_role("link", name=OFFERED).click()
    consent = page.get_by_role("group", name="同意做儿童走访记录")
    expect(consent).to_contain_text("今天同意过，可以记")
    consent.get_by_role("button", name="对方要收回同意").click()
    page.get_by_role("dialog").get_by_role("button", name="收回", exact=True).click()
    expect(consent).to_contain_text("还没有监护人的同意")
    Records(page, village.origin).open().received(1)
    (line,) = register.call("GET", f"/consents/children/{child}")["history"]
    assert (line["state"], line["withdrawn_to_name"]) == ("withdrawn", "易小满")


def test_nobody_else_is_offered_it(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.volunteer).page()
    Today(page, village.origin).open().home(village.homes[0].name)
    expect(page.get_by_role("link", name="见到了，开始记")).to_be_visible()
    expect(page.get_by_role("link", name=OFFERED)).to_have_count(0)
