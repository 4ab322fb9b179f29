"""A committee sends the roster it keeps, looks at every row, takes it, and somebody is sent to a door on it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Watched
from tests.e2e.live import LiveServer
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Today
from tests.e2e.pages.roster import Roster
from tests.e2e.village import Home, Village, make_village

DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLE = DATA / "roster-sample.xlsx"
PhoneOf = Callable[..., Watched]


@pytest.fixture
def people(server: LiveServer) -> Village:
    """A worker and volunteers, and nobody on the register yet."""
    return make_village(server)


@pytest.fixture
def roster(people: Village, open_browser: PhoneOf) -> Roster:
    """The register on the worker's desk."""
    page = open_browser("desk", desk=True).page()
    LogIn(page, people.origin).open().enter(people.worker.phone, people.worker.password)
    return Roster(page, people.origin)


def test_a_roster_becomes_a_register_and_a_door_on_it_an_assigned_visit(
    people: Village, roster: Roster, phone_of: PhoneOf
) -> None:
    page = roster.open().is_empty().go_import()
    page.choose(SAMPLE, as_of="2021-11-20").preview().counts(accept=506, repair=365, reject=28)
    page.says("工作表“居民花名册” · 表头在第 3 行")
    expect(page.row(6)).to_contain_text("出生日期1975.1.111975年1月11日")
    expect(page.row(6)).to_contain_text("日期写法统一。")

    page.only("^先不收")
    expect(page.row(84)).to_contain_text("最后一位算不对，多半抄错一位。请对照原件。")
    expect(page.row(116)).to_contain_text("这一行没有姓名")
    expect(page.row(49)).to_contain_text("和第 48 行是同一个人")
    assert people.desk is not None
    assert people.desk.call("POST", "/residents/search")["total"] == 0

    book = openpyxl.load_workbook(io.BytesIO(Path(page.download().path()).read_bytes()))
    assert book.worksheets[0].max_row == 29

    page.take(871).says("新增 874 人").says("还有 28 行先不收")
    roster = page.see_roster().counts(872)
    roster.search("ggc").shows("葛谷初", "葛谷处")
    roster.search("1号楼1单元101").shows("葛谷初", "奚松帆", "葛雨满")
    roster.search("没有这个人").finds_nothing()
    roster.search("0004").shows("陶柏影")
    home = roster.home_of("陶柏影")
    expect(home.person("陶柏影")).to_contain_text("14************101X")
    home.reveal("陶柏影", "核对低保申请")
    expect(home.person("陶柏影")).to_contain_text("14990419700717101X")
    home.add_own_contact()

    door = people.desk.assign(Home(home.id, "陶柏影", "云栖里1号楼1单元102"), people.volunteer)
    phone = phone_of(people.volunteer, "volunteer").page()
    Today(phone, people.origin).open().shows(door.name)


def test_the_same_roster_again_changes_nothing_and_the_first_can_be_taken_back(
    people: Village, roster: Roster
) -> None:
    page = roster.open().go_import().choose(SAMPLE).preview().take(871)
    page.another()
    page.choose(SAMPLE).preview().says("没变化 874 人").says("新增 0 人")
    page.another()
    page.undo().says("已撤回")
    roster.open().is_empty()


def test_a_file_that_is_no_roster_is_refused_with_what_to_do_now(
    people: Village, roster: Roster, tmp_path: Path
) -> None:
    picture = tmp_path / "花名册.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 400)
    page = roster.open().go_import().choose(picture)
    page.refused_with("这不是表格文件，读不了。可以传 .xlsx、.xls、.et 或 .csv。").another()
    page.choose(SAMPLE).preview()
