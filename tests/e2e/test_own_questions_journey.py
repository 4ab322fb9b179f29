"""A committee sends a workbook, a volunteer answers it behind a door without a network, and old answers keep their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e.accessibility import findings
from tests.e2e.browser import Watched, kill
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Today
from tests.e2e.pages.questions import FormWithOwn, QuestionsPage, engine_kept, wait_for_engine
from tests.e2e.village import Village, make_person, stored_visits
from tests.factories.questions import row, sheet

PhoneOf = Callable[..., Watched]
TITLE, WELL, DEPTH, ANIMALS = "水井和牲口", "院里有水井吗？", "井有几米深？", "养了什么？"


def test_an_uploaded_sheet_is_filled_in_offline_and_old_answers_keep_their_words(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    home = village.homes[0]
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(home.name)
    page.evaluate("() => navigator.serviceWorker.ready")
    assert engine_kept(page) == 0

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(head.phone, head.password)
    questions = QuestionsPage(desk.page(), village.origin).open()
    sample = questions.take_sample()
    questions.send(sample).faults("请看一遍，再启用", "存煤还能烧多少天？")
    questions.send(sheet([row("geopoint", "place", "在哪？", "Where?"), row("text", "a", "问", relevant="1 >>> (")]))  # fmt: skip
    questions.faults("不收位置", "survey 表第 2 行 A 列", "条件写得不完整", "第 3 行 G 列")
    questions.send(sheet())
    preview = questions.preview()
    expect(preview.get_by_label(DEPTH)).to_have_count(0)
    preview.get_by_role("button", name="有", exact=True).click()
    expect(preview.get_by_label(DEPTH)).to_be_visible()
    questions.faults("新加的必填题")
    assert findings(desk.page()) == []
    questions.confirm().version(1, "正在问")

    Today(page, village.origin).open().is_whole()
    wait_for_engine(page)
    village.server.stop()
    phone.context.set_offline(True)
    Today(page, village.origin).open().home(home.name).record()
    form = FormWithOwn(page, village.origin)
    expect(form.asks(WELL)).to_be_visible()
    form.worries("燃气").then("不用了")
    expect(page.locator(".fin")).to_contain_text(WELL)
    form.choose(WELL, "有")
    form.field(DEPTH).fill("900")
    expect(form.own(TITLE)).to_contain_text("井深填 1 到 199 米")
    form.field(DEPTH).fill("12")
    form.field(DEPTH).blur()
    form.choose(ANIMALS, "狗", "鸡")
    expect(form.own(TITLE)).to_contain_text("合 36 桶绳")
    form.saved()

    where = page.url
    kill(page)
    phone.close()
    phone = open_browser("phone")
    phone.context.set_offline(True)
    page = phone.page()
    go(page, where)
    form = FormWithOwn(page, village.origin)
    expect(form.field(DEPTH)).to_have_value("12")
    form.choose(WELL, "没有")
    expect(form.field(DEPTH)).to_have_count(0)
    form.choose(WELL, "有")
    form.field(DEPTH).fill("9")
    form.field(DEPTH).blur()
    form.finish()

    village.server.start()
    phone.context.set_offline(False)
    Records(page, village.origin).open().received(1)
    said: dict[str, Any] = {"well": "yes", "depth": 9, "animals": ["dog", "hen"], "buckets": "27"}
    assert [one["answers"]["own"] for one in stored_visits(village)] == [
        {"version": 1, "answers": said}
    ]

    other = row("select_one yn", "well", "井还用吗？", "Is the well in use?")
    questions.open().send(sheet([other], title="新版"))
    questions.faults("井还用吗？")
    questions.confirm().version(2, "正在问").version(1, "换下了")
    seen = HomeVisits(desk.page(), village.origin).open(home.id)
    seen.shows(WELL, "狗、鸡")
    expect(desk.page().get_by_text("井还用吗？")).to_have_count(0)
