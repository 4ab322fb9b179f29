"""The mediators' desk and the follow-up on the phone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.lock import go


class Case:
    """Screen 15."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def stage(self, name: str) -> Case:
        word = self.page.get_by_text(name, exact=True)
        self.page.locator(".st button").filter(has=word).click()
        expect(self.page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
        return self

    def now(self, name: str) -> Case:
        expect(self.page.locator(".st li.now")).to_contain_text(name)
        return self

    def press(self, name: str, *, within: Locator | None = None) -> Case:
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()
        return self

    def sheet(self) -> Locator:
        return self.page.get_by_role("dialog")

    def party(self, side: str, name: str, address: str) -> Case:
        self.press("加一位")
        sheet = self.sheet()
        sheet.get_by_label("哪一方").select_option(label=side)
        sheet.get_by_label("姓名").fill(name)
        sheet.get_by_label("单位或住址").fill(address)
        self.press("存好", within=sheet)
        expect(sheet).to_have_count(0)
        expect(self.page.locator(".pt")).to_contain_text(name)
        return self

    def seat(self, name: str) -> Case:
        self.stage("定调解员")
        self.page.get_by_label("请谁调解").select_option(label=name)
        self.press("请他调解")
        expect(self.page.locator(".st li").filter(has_text="定调解员")).to_contain_text(name)
        return self

    def rights(self) -> Case:
        self.stage("告知权利义务")
        self.press("告知了")
        expect(self.page.get_by_text("没告知")).to_have_count(0)
        return self

    def begun(self) -> Case:
        self.press("开始调解")
        expect(self.page.get_by_role("button", name="开始调解")).to_have_count(0)
        return self

    def lengthened(self, why: str, *parties: str) -> Case:
        """Only when both sides agree; the new day stands there before it is confirmed."""
        act = "双方同意，延长期限"
        self.press(act)
        sheet = self.sheet()
        sheet.get_by_label("写一句").fill(why)
        told = sheet.get_by_role("status")
        expect(told).to_contain_text("改到")
        self.press(act, within=sheet)
        expect(sheet.get_by_role("alert")).to_contain_text("双方都同意才能延长")
        for name in parties:
            sheet.get_by_role("checkbox", name=name).check()
        day = told.inner_text().partition("改到")[2].strip()
        self.press(act, within=sheet)
        expect(sheet).to_have_count(0)
        panel = self.page.locator(".panel").filter(has_text="调解期限")
        expect(panel).to_contain_text(f"最晚 {day}")
        expect(self.page.locator("main")).to_contain_text(why)
        return self

    def session(self, course: str) -> Case:
        self.stage("调解")
        self.press("记一次调解")
        self.page.get_by_label("经过").fill(course)
        self.page.get_by_label("结果").select_option(label="谈成了")
        self.press("存好")
        expect(self.page.locator(".rec")).to_contain_text(course)
        return self

    def agreement(self, facts: str, terms: list[str], last: str) -> Case:
        self.stage("协议")
        self.press("书面协议书")
        self.page.get_by_label("主要事实").fill(facts)
        self.page.get_by_label("说定了什么").fill("\n".join(terms))
        self.page.get_by_label("怎么履行").fill("当面付清")
        self.page.get_by_label("最晚哪天").first.fill(last)
        self.page.get_by_label("最晚哪天").first.blur()
        expect(self.page.get_by_text("已存")).to_be_visible()
        return self

    def signed(self, count: int) -> Case:
        for left in range(count, 0, -1):
            unsigned = self.page.locator(".sg:not(.g)")
            expect(unsigned).to_have_count(left)
            unsigned.first.click()
        expect(self.page.locator(".sg.g")).to_have_count(count)
        return self


class FollowUp:
    """回访 on the phone."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def open(self) -> FollowUp:
        go(self.page, self.origin + "/today")
        self.page.get_by_role("link", name="回访").first.click()
        expect(self.page.get_by_role("heading", name="照做了吗？")).to_be_visible()
        return self

    def choose(self, question: str, answer: str) -> FollowUp:
        group = self.page.get_by_role("group", name=question)
        group.get_by_role("button", name=answer, exact=True).click()
        return self


class CaseFile:
    """卷宗: what it holds, what is missing, and putting it away."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def line(self, title: str) -> Locator:
        return self.page.get_by_role("listitem").filter(has_text=title).first

    def lacks(self, title: str) -> CaseFile:
        expect(self.line(title)).to_contain_text("必须，还没有")
        return self

    def add(self, title: str, file: str, count: int) -> CaseFile:
        self.line(title).locator("input[type=file]").set_input_files(file)
        expect(self.page.locator(".view img")).to_have_count(count)
        return self

    def read(self, title: str, words: str) -> CaseFile:
        self.line(title).get_by_role("button").click()
        expect(self.page.locator(".view")).to_contain_text(words)
        return self

    def put_away(self) -> CaseFile:
        self.page.get_by_role("button", name="立卷归档", exact=True).click()
        self.page.get_by_role("dialog").get_by_role("button", name="立卷归档").click()
        return self


class Figures:
    """调解统计: the table for 司法所, and the list a figure opens."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def of(self, period: str) -> Figures:
        self.page.get_by_label("时间", exact=True).last.select_option(label=period)
        return self

    def cell(self, row: str, column: str) -> Locator:
        line = self.page.get_by_role("row").filter(
            has=self.page.get_by_role("rowheader", name=row, exact=True)
        )
        return line.locator(f'[data-label="{column}"]')

    def counts(self, row: str, column: str, figure: str) -> Figures:
        expect(self.cell(row, column)).to_have_text(figure)
        return self

    def opens(self, row: str, column: str, figure: int, title: str) -> Figures:
        self.counts(row, column, str(figure))
        self.cell(row, column).get_by_role("link").press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(row)
        expect(self.page.locator("tbody tr[data-row]")).to_have_count(figure)
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)
        return self


class Templates:
    """文书模板: what a committee's papers are made from."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.view = page.locator(".view")
        go(page, origin + "/c/case-templates")

    def look(self, title: str) -> Templates:
        self.page.get_by_role("button", name=f"看{title}", exact=True).click()
        expect(self.view.locator(".a4")).to_be_visible()
        return self

    def take(self, folder: Path) -> Path:
        with self.page.expect_download() as waiting:
            self.view.get_by_role("button", name="下载来改").click()
        file = folder / "taken.docx"
        waiting.value.save_as(file)
        return file

    def send(self, file: Path) -> Templates:
        self.view.locator("input[type=file]").set_input_files(str(file))
        return self

    def refused(self, *words: str) -> Templates:
        for said in words:
            expect(self.view.get_by_role("alert")).to_contain_text(said)
        return self

    def shows(self, words: str) -> Templates:
        expect(self.view.locator(".a4")).to_contain_text(words)
        return self

    def no_longer_shows(self, words: str) -> Templates:
        expect(self.view.locator(".a4")).to_be_visible()
        expect(self.view.locator(".a4")).not_to_contain_text(words)
        return self

    def version(self, n: int) -> Templates:
        """An earlier one is looked at again."""
        chosen = self.view.get_by_role("button", name=f"第 {n} 版")
        chosen.click()
        expect(chosen).to_have_attribute("aria-pressed", "true")
        return self

    def use(self) -> Templates:
        self.view.get_by_role("button", name="就用这一版").click()
        expect(self.page.locator(".toasts")).to_contain_text("以后就用这一版")
        return self
