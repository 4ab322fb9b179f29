"""A patrol without a network: a quarrel and a hazard survive the killed page, the desk follows the hazard until it is fixed; another grid has nothing to report and says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from server.kit.unit_of_work import transaction
from server.patrols import planning
from tests.e2e.browser import Watched, kill
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.patrol import Finding, Patrol, PatrolDesk
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Desk, Village, make_person
from tests.factories.areas import COMMITTEE
from tests.factories.uploads import plain_photo

PhoneOf = Callable[..., Watched]
CANARY = "门槛边的旧柜子7303"


def patrols_are_due(village: Village, desk: Desk) -> None:
    """Two grids, each somebody's, and what the daily job makes of them."""
    for home, grid in zip(village.homes, ("一网格", "二网格", "一网格"), strict=True):
        version = desk.call("GET", f"/households/{home.id}")["version"]
        desk.call("PATCH", f"/households/{home.id}", version=version, grid=grid)
    for grid, who in (("一网格", village.volunteer), ("二网格", village.colleague)):
        desk.call("POST", "/patrols/plan/places", area_id=COMMITTEE, grid=grid, person_id=str(who.id))  # fmt: skip
    with village.server.app.app_context(), transaction(write=True):
        planning.plan(COMMITTEE)


def test_a_patrol_without_a_network_reaches_the_desk_and_its_hazard_is_fixed(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    assert village.desk is not None
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    patrols_are_due(village, village.desk)
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    expect(page.locator('a.cell[href^="/patrol/"]')).to_contain_text("一网格")
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)

    form = Patrol(page, village.origin).open().begin("记一件纠纷")
    form.is_a("邻里").writes(在哪里="3号楼楼道", 为了什么事=CANARY)
    where = page.url
    kill(page)
    phone.close()

    phone = open_browser("phone")
    phone.context.set_offline(True)
    page = phone.page()
    go(page, where)
    form = Finding(page, village.origin).still_says("为了什么事", CANARY)
    form.keep()
    patrol = Patrol(page, village.origin).says("已记 1 件")
    form = patrol.begin("记一处隐患").is_a("燃气").writes(在哪里="3号楼2单元")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(plain_photo((640, 480)))
    page.locator('input[type="file"]').set_input_files(photo)
    expect(page.locator(".photos li")).to_have_count(1)
    form.keep()
    patrol.says("已记 2 件").finish()
    Records(page, village.origin).open().waiting(3)

    village.server.start()
    phone.context.set_offline(False)
    Records(page, village.origin).open().received(3)
    expect(page.locator(".rec").filter(has_text="内容不再显示").first).to_be_visible()
    assert CANARY not in page.content()

    other = phone_of(village.colleague, "other")
    Patrol(other.page(), village.origin).open().zero()
    Records(other.page(), village.origin).open().received(1)

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = PatrolDesk(desk.page(), village.origin).open()
    expect(seen.row("一网格")).to_contain_text("有发现 2 件")
    expect(seen.row("二网格")).to_contain_text("本期无情况")
    expect(desk.page().get_by_text("还有 1 件纠纷，只有主任看得到。")).to_be_visible()
    expect(desk.page().get_by_text(CANARY)).to_have_count(0)
    seen.finding("燃气 · 3号楼2单元")
    expect(desk.page().locator(".strip .pic")).to_have_count(1)
    seen.act("定人定期限")
    expect(desk.page().locator("header .tag")).to_have_text("有人跟着")
    desk.page().get_by_role("button", name="整改好了", exact=True).click()
    sheet = desk.page().get_by_role("dialog")
    sheet.get_by_label("说明").fill("换了软管")
    sheet.locator('input[type="file"]').set_input_files(photo)
    sheet.get_by_role("button", name="就这样办").click()
    expect(desk.page().locator("header .tag")).to_have_text("已整改")
    expect(desk.page().locator(".strip .pic")).to_have_count(2)

    chief = open_browser("chief", desk=True)
    LogIn(chief.page(), village.origin).open().enter(head.phone, head.password)
    PatrolDesk(chief.page(), village.origin).open().finding("邻里 · 3号楼楼道")
    expect(chief.page().get_by_text(CANARY)).to_be_visible()
    PatrolDesk(chief.page(), village.origin).act("移交调解")
    expect(chief.page().locator("header .tag")).to_have_text("已移交调解")
    boss = Desk(village.server, head)
    assert boss.call("GET", "/mediation/cases")["total"] == 1
