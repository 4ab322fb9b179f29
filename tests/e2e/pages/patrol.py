"""The patrol on the phone, and what becomes of its findings at the desk."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.lock import go
from tests.e2e.pages.phone import Screen, Today


class Patrol(Screen):
    """One patrol, opened from 今日."""

    def open(self) -> Patrol:
        Today(self.page, self.origin).open()
        self.page.locator('a.cell[href^="/patrol/"]').first.click()
        expect(self.page.get_by_role("heading", name="排查", level=1)).to_be_visible()
        return self

    def begin(self, what: str) -> Finding:
        self.page.get_by_role("link", name=what).click()
        return Finding(self.page, self.origin)

    def says(self, words: str) -> Patrol:
        expect(self.page.locator("main")).to_contain_text(words)
        return self

    def zero(self) -> None:
        self.button("本期无情况").click()
        self.toast("已记“本期无情况”")

    def finish(self) -> None:
        self.button("查完了").click()
        self.toast("已记“查完了”")


class Finding(Screen):
    """The form of a quarrel or a hazard."""

    def at(self, where: str) -> Finding:
        go(self.page, where)
        return self

    def is_a(self, what: str) -> Finding:
        self.button(what).click()
        return self

    def writes(self, **words: str) -> Finding:
        for label, text in words.items():
            self.page.get_by_label(label, exact=True).fill(text)
            self.page.get_by_label(label, exact=True).blur()
        self.is_kept()
        return self

    def still_says(self, label: str, text: str) -> Finding:
        expect(self.page.get_by_label(label, exact=True)).to_have_value(text)
        return self

    def keep(self) -> None:
        self.button("记好了").click()
        self.toast("已存在本机")


class PatrolDesk:
    """排查 at the desk."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def open(self) -> PatrolDesk:
        self.page.goto(self.origin + "/c/patrols")
        expect(self.page.get_by_role("heading", name="排查", level=1)).to_be_visible()
        return self

    def row(self, grid: str) -> Locator:
        return self.page.locator("tr[data-row]").filter(has_text=grid)

    def finding(self, words: str) -> PatrolDesk:
        line = self.page.locator(".li").filter(has_text=words)
        line.get_by_role("link", name="打开").click()
        expect(self.page.get_by_role("heading", name="怎么办")).to_be_visible()
        return self

    def act(self, name: str, **words: str) -> PatrolDesk:
        self.page.get_by_role("button", name=name, exact=True).click()
        sheet = self.page.get_by_role("dialog")
        for label, text in words.items():
            sheet.get_by_label(label).fill(text)
        sheet.get_by_role("button", name="就这样办").click()
        expect(sheet).to_have_count(0)
        return self
