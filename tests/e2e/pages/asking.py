"""The committee's screens of repeats, return calls and rates, and the resident's second question."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pages.phone import Screen


class Together(Screen):
    """可能是同一件 · 一起报的, beside a concern."""

    def suggests(self, words: str) -> Together:
        expect(self._panel("可能是同一件")).to_contain_text(words)
        return self

    def merge(self) -> Together:
        self._panel("可能是同一件").get_by_role("button", name="并到这件").first.click()
        self.toast("并好了")
        return self

    def holds(self, *words: str) -> Together:
        for one in words:
            expect(self._panel("一起报的")).to_contain_text(one)
        return self

    def _panel(self, title: str) -> Locator:
        return self.page.locator("section.panel").filter(
            has=self.page.get_by_role("heading", name=title)
        )


class ReturnCalls(Screen):
    """回访名单."""

    def open(self) -> ReturnCalls:
        self.page.goto(self.origin + "/concerns/return-calls")
        expect(self.page.get_by_role("heading", name="回访名单", level=1)).to_be_visible()
        return self

    def shows(self, *words: str) -> ReturnCalls:
        for one in words:
            expect(self.page.get_by_role("table")).to_contain_text(one)
        return self

    def called(self, result: str, *chips: str) -> ReturnCalls:
        self.page.get_by_role("table").get_by_role("button", name="记结果").first.click()
        sheet = self.page.get_by_role("dialog")
        for one in (result, *chips):
            sheet.get_by_role("button", name=one, exact=True).click()
        sheet.get_by_role("button", name="记下").click()
        expect(sheet).to_be_hidden()
        return self

    def empty(self) -> ReturnCalls:
        expect(self.page.get_by_text("没有要回访的")).to_be_visible()
        return self


class RatesPage(Screen):
    """三率."""

    def open(self, since: str) -> RatesPage:
        self.page.goto(f"{self.origin}/concerns/rates?since={since}")
        expect(self.page.get_by_role("heading", name="三率", level=1)).to_be_visible()
        return self

    def says(self, name: str, above: int, below: int) -> RatesPage:
        row = self.page.locator(".li").filter(has=self.page.get_by_text(name, exact=True))
        expect(row.locator(".num")).to_contain_text(f"{above} / {below}")
        return self

    def list_of(self, name: str, part: str, count: int) -> RatesPage:
        row = self.page.locator(".li").filter(has=self.page.get_by_text(name, exact=True))
        row.get_by_role("link", name=f"{part}：").click()
        expect(self.page.get_by_text(f"共 {count} 件")).to_be_visible()
        return self
