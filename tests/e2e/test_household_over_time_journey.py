"""A committee finds a home registered twice, merges it and takes that back; a son sets up house, somebody dies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Watched
from tests.e2e.live import LiveServer
from tests.e2e.pages.household_over_time import HouseholdOverTime
from tests.e2e.pages.login import LogIn
from tests.e2e.village import Village, make_village

OpenBrowser = Callable[..., Watched]


@pytest.fixture
def people(server: LiveServer) -> Village:
    return make_village(server)


def test_a_double_is_merged_and_undone_a_son_sets_up_house_and_a_death_is_told(
    people: Village, open_browser: OpenBrowser
) -> None:
    desk = people.desk
    assert desk is not None
    kept = desk.home("桑雾竹", "云栖里3号楼2单元501", "15400000031")
    double = desk.home("桑雾竹", "3-2-501", "15400000031")
    desk.call("POST", f"/households/{kept.id}/residents", name="桑小满", relation="son")
    desk.assign(double, people.volunteer)

    page = open_browser("desk", desk=True).page()
    LogIn(page, people.origin).open().enter(people.worker.phone, people.worker.password)
    home = HouseholdOverTime(page, people.origin).doubles()
    expect(home.pairs()).to_have_count(1)
    expect(home.pairs()).to_contain_text("同一门牌")
    expect(home.pairs()).to_contain_text("同名同电话")
    home.compare().merge(kept.address, "登记了两次")
    expect(home.people()).to_have_text(["桑雾竹", "桑小满"])
    expect(home.history()).to_contain_text(["把 3-2-501 合并进来"])
    (task,) = desk.call("GET", f"/tasks/?household_id={kept.id}")["tasks"]
    assert task["id"] == double.task_id

    home.undo("合并进来", "是两户，门牌抄错了")
    (task,) = desk.call("GET", f"/tasks/?household_id={double.id}")["tasks"]
    assert task["id"] == double.task_id

    sheet = home.happens("分户")
    sheet.get_by_label("桑小满").check()
    sheet.get_by_label("新的楼栋门牌").fill("云栖里3号楼2单元601")
    home.record(sheet)
    expect(home.people()).to_have_text(["桑雾竹"])
    expect(home.history().first).to_contain_text("分出一户：云栖里3号楼2单元601")

    sheet = home.happens("去世")
    sheet.get_by_label("桑雾竹").check()
    sheet.get_by_label("为什么").fill("家里人来说的")
    home.record(sheet)
    expect(page.locator(".person")).to_contain_text("去世")

    sheet = home.happens("搬回来")
    sheet.get_by_label("桑雾竹").check()
    button = sheet.get_by_role("button", name="记下", exact=True)
    expect(button).to_be_disabled()
    sheet.get_by_label("为什么").fill("记错了人")
    home.record(sheet)
    expect(page.locator(".person")).not_to_contain_text("去世")
    home.undo("有人搬回来", "没有记错")
    expect(page.locator(".person")).to_contain_text("去世")

    lines = home.timeline()
    expect(lines.first).to_contain_text("只有我们")
    expect(lines).to_contain_text(
        ["撤回：搬回来", "有人搬回来", "有人去世", "分出一户", "撤回：合并", "另一户合并进来"]
    )
