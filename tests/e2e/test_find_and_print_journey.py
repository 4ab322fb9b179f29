"""From one word to the home it is about; from a filter to a workbook and a sheet with the place of the seal; from many rows back to as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdfium2
from playwright.sync_api import expect

from tests.e2e.accessibility import findings
from tests.e2e.browser import Watched
from tests.e2e.pages.lists import FindBox, ListTools
from tests.e2e.test_password_again import half_an_hour_passes
from tests.e2e.village import Village

Open = Callable[..., Watched]


def test_finding_taking_out_and_giving_many_with_a_way_back(
    village: Village, phone_of: Open, tmp_path: Path
) -> None:
    home, other = village.homes[0], village.homes[1]
    page = phone_of(village.worker, "desk", desk=True).page()
    page.goto(village.origin + "/c/tasks")
    expect(page.get_by_role("link", name=home.name)).to_be_visible()

    box = FindBox(page, village.origin).open("/").type(home.name)
    box.shows("住户", home.name).shows("居民", home.name).shows("要走访的", home.name)
    box.hides("急事上报")
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(home.address)
    assert "%" not in page.url
    box.open("Control+k").type("没有这个人")
    expect(page.get_by_text("没有找到“没有这个人”")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box.box).to_have_count(0)

    page.goto(village.origin + "/c/roster")
    page.get_by_role("searchbox").fill(home.name)
    expect(page.get_by_text("1 人", exact=True)).to_be_visible()
    tools = ListTools(page, village.origin).keep("只看这一户", first=True)
    page.goto(village.origin + "/c/today")
    page.locator("tr[data-row]").first.focus()
    box.open("Control+k")  # the row that has the keys leaves this one to the frame
    page.keyboard.press("Escape")
    page.goto(village.origin + "/c/roster")
    expect(page.get_by_text("1 人", exact=True)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(home.name)
    assert home.name not in page.url

    half_an_hour_passes(village)
    file = tools.take("导出", "报街道核对", "测试街道办", village.worker.password)
    file.save_as(tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    said = str(rows)
    assert home.name in said
    assert other.name not in said
    assert village.worker.name in str(rows[1][0])
    assert "15400000021" not in said
    paper = tools.take("打印", "贴在值班室", "本居委会")
    paper.save_as(tmp_path / "list.pdf")
    (first,) = list(pypdfium2.PdfDocument(tmp_path / "list.pdf"))
    printed = first.get_textpage().get_text_bounded()
    assert "（盖章处）" in printed
    assert "第 1 页，共 1 页" in printed

    page.goto(village.origin + "/c/tasks")
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    page.get_by_role("checkbox", name="全选").check()
    page.get_by_role("button", name="取消", exact=True).click()
    asked = page.get_by_role("dialog", name="取消 3 户的走访")
    asked.get_by_label("为什么").fill("大雪，路不通")
    asked.get_by_role("button", name="取消", exact=True).click()
    expect(page.get_by_text("3 户取消了。10 秒内可以撤销。")).to_be_visible()
    expect(page.get_by_role("link", name=home.name)).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name=home.name)).to_be_visible()
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)


def test_the_same_on_a_phone(village: Village, phone_of: Open) -> None:
    page = phone_of(village.worker, "small").page()
    page.goto(village.origin + "/c/tasks")
    page.locator(".top").get_by_role("button", name="查找").click()
    box = FindBox(page, village.origin).type(village.homes[0].name)
    box.shows("住户", village.homes[0].name)
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(village.homes[0].address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
