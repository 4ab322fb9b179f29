"""Who keeps a committee renames a grid; who keeps the county adds a committee and merges it away again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from server.access.actor import system
from server.accounts import service as accounts
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched
from tests.e2e.live import LiveServer
from tests.e2e.pages.login import LogIn
from tests.e2e.village import Village, make_person, make_village
from tests.factories.areas import TOWNSHIP

OpenBrowser = Callable[..., Watched]


@pytest.fixture
def people(server: LiveServer) -> Village:
    return make_village(server)


def test_a_grid_gets_another_name_and_a_committee_comes_and_goes(
    people: Village, open_browser: OpenBrowser
) -> None:
    desk = people.desk
    assert desk is not None
    desk.call("POST", "/households", address="云栖里1号楼1单元101", grid="第一网格")
    head = make_person(people.server, "康望晴", "15400000088", "committee_head")
    with people.server.app.app_context(), transaction(write=True):
        accounts.create_person(
            name="麦晴川", phone="15400000089", password=head.password,
            role_in=[("sysadmin", TOWNSHIP[:6])], by=system("an invented county for a test"),
        )  # fmt: skip

    page = open_browser("committee", desk=True).page()
    LogIn(page, people.origin).open().enter(head.phone, head.password)
    page.goto(people.origin + "/c/areas")
    page.locator(".li", has_text="第一网格").get_by_role("button", name="改名").click()
    page.get_by_label("网格名称").fill("东网格")
    page.get_by_role("button", name="存下").click()
    expect(page.locator(".li b")).to_have_text(["东网格"])
    expect(page.get_by_text("网格“第一网格”改名“东网格”")).to_be_visible()
    expect(page.get_by_role("button", name="新增下级")).to_have_count(0)

    page = open_browser("county", desk=True).page()
    LogIn(page, people.origin).open().enter("15400000089", head.password)
    page.goto(people.origin + "/c/areas")
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill("测试街")
    page.get_by_role("link", name="测试街道").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("测试街道")
    page.get_by_role("button", name="新增下级").click()
    page.get_by_label("区划代码").fill(TOWNSHIP + "777")
    page.get_by_label("名称", exact=True).fill("新苑社区居委会")
    page.get_by_label("类别").select_option(label="居委会（城镇）")
    page.get_by_role("dialog").get_by_role("button", name="新增").click()
    page.get_by_role("link", name="新苑社区居委会").click()
    page.get_by_role("button", name="并到").click()
    page.get_by_label("并到哪里").select_option(label="云栖里社区居委会")
    page.get_by_role("button", name="并过去").click()
    expect(page.locator("p.note")).to_contain_text("并到 云栖里社区居委会")
    expect(page.get_by_text("并到 云栖里社区居委会", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="重新开")).to_be_visible()
