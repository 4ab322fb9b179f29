"""The committee's register and the import of a roster."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

READ_WITHIN = 30_000


class Roster:
    """花名册."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def open(self) -> Roster:
        self.page.goto(self.origin + "/c/roster")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("花名册")
        return self

    def is_empty(self) -> Roster:
        expect(self.page.get_by_text("花名册还是空的")).to_be_visible()
        return self

    def counts(self, people: int) -> Roster:
        expect(self.page.locator("header.top")).to_contain_text(f"{people} 人")
        return self

    def search(self, words: str) -> Roster:
        """By keyboard: `/` goes to the box."""
        self.page.get_by_role("heading", level=1).click()
        self.page.keyboard.press("/")
        box = self.page.get_by_role("searchbox")
        expect(box).to_be_focused()
        box.fill(words)
        return self

    def shows(self, *names: str) -> Roster:
        names_shown = self.page.locator("tbody tr[data-row] a.strong")
        expect(names_shown).to_have_text(list(names))
        return self

    def finds_nothing(self) -> Roster:
        expect(self.page.get_by_text("没有找到")).to_be_visible()
        return self

    def narrow(self, label: str, choice: str) -> Roster:
        self.page.get_by_label(label, exact=True).select_option(label=choice)
        return self

    def home_of(self, name: str) -> HouseholdPage:
        self.page.get_by_role("link", name=name, exact=True).click()
        return HouseholdPage(self.page, self.origin)

    def go_import(self) -> RosterImport:
        self.page.get_by_role("link", name="导入花名册").first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("导入花名册")
        return RosterImport(self.page, self.origin)


class HouseholdPage:
    """One household of the register."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        expect(page.get_by_role("heading", name="家里的人")).to_be_visible()

    @property
    def id(self) -> str:
        return self.page.url.rsplit("/", 1)[1]

    def person(self, name: str) -> Locator:
        return self.page.locator(".person").filter(has_text=name)

    def edit(self, name: str) -> Locator:
        self.person(name).get_by_role("button", name=re.compile("^改")).click()
        return self.page.get_by_role("dialog")

    def add_own_contact(self) -> HouseholdPage:
        self.page.get_by_role("button", name="加一个电话").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("同意志愿者打").check()
        box.get_by_role("button", name="存下").click()
        expect(box).to_be_hidden()
        return self

    def reveal(self, name: str, reason: str) -> HouseholdPage:
        self.person(name).get_by_role("button", name="看全号").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("用途").fill(reason)
        box.get_by_role("button", name="看", exact=True).click()
        expect(box).to_be_hidden()
        return self


class RosterImport:
    """12 导入."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def choose(self, file: Path, *, as_of: str | None = None) -> RosterImport:
        if as_of:
            self.page.get_by_label("年龄算到哪一天").fill(as_of)
        self.page.locator("input[type=file]").set_input_files(file)
        return self

    def preview(self) -> RosterImport:
        expect(self.page.get_by_text("现在什么都没有存。")).to_be_visible(timeout=READ_WITHIN)
        return self

    def refused_with(self, words: str) -> RosterImport:
        expect(self.page.get_by_text("这份没有读进来")).to_be_visible(timeout=READ_WITHIN)
        expect(self.page.locator("main")).to_contain_text(words)
        return self

    def another(self) -> RosterImport:
        self.page.get_by_role("button", name="换一个文件").click()
        expect(self.page.locator("input[type=file]")).to_be_attached()
        return self

    def tile(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^{words}"))

    def counts(self, **numbers: int) -> RosterImport:
        words = {"accept": "照原样收下", "repair": "改一点收下", "reject": "先不收"}
        for name, number in numbers.items():
            expect(self.tile(words[name]).locator("b")).to_have_text(str(number))
        return self

    def only(self, words: str) -> RosterImport:
        self.page.get_by_role("button", name=re.compile(words)).first.click()
        return self

    def row(self, number: int) -> Locator:
        """The row of the table whose first cell is this row of the file."""
        first = self.page.locator("td:first-child", has_text=re.compile(f"^{number}$"))
        return self.page.locator("tbody tr[data-row]").filter(has=first)

    def find(self, words: str) -> RosterImport:
        self.page.get_by_label("在这张表里找").fill(words)
        return self

    def download(self) -> Download:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=re.compile("下载要改的")).click()
        return waiting.value

    def take(self, rows: int) -> RosterImport:
        self.page.get_by_role("button", name=f"收下 {rows} 行").click()
        expect(self.page.get_by_text("收下了", exact=True)).to_be_visible(timeout=READ_WITHIN)
        return self

    def says(self, words: str) -> RosterImport:
        expect(self.page.locator("main")).to_contain_text(words)
        return self

    def undo(self) -> RosterImport:
        self.page.get_by_role("button", name="整批撤回").first.click()
        self.page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
        expect(self.page.locator("main")).to_contain_text("已撤回")
        return self

    def see_roster(self) -> Roster:
        self.page.get_by_role("link", name="看花名册").click()
        return Roster(self.page, self.origin)
