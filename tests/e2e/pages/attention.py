"""The committee's desk: 请看一下 and the volunteers' phones."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.pages.phone import Screen


class Attention(Screen):
    """请看一下."""

    def open(self, query: str = "") -> Attention:
        self.page.goto(self.origin + "/c/attention" + query)
        expect(self.page.get_by_role("heading", name="请看一下", level=1)).to_be_visible()
        return self

    def row(self, home: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=home.split("·")[0])

    def shows(self, home: str, *words: str) -> Attention:
        for said in words:
            expect(self.row(home)).to_contain_text(said)
        return self

    def count(self, entries: int) -> Attention:
        expect(self.page.locator("tr[data-row]")).to_have_count(entries)
        return self

    def choose(self, home: str) -> Attention:
        self.row(home).locator("button.why").click()
        return self

    def says(self, *words: str) -> Attention:
        for said in words:
            expect(self.page.locator(".one")).to_contain_text(said)
        return self

    def take(self, home: str) -> Attention:
        self.row(home).get_by_role("button", name="收下", exact=True).click()
        return self

    def edit(self, *, says: str, outcome: str | None = None) -> Attention:
        self.button("改一改再收").click()
        form = self.page.locator("form.edit")
        form.get_by_label("住户说了什么？").fill(says)
        if outcome:
            form.get_by_role("button", name=outcome, exact=True).click()
        form.get_by_role("button", name="改好，收下").click()
        self.toast("改好收下了")
        return self

    def select_all(self) -> Attention:
        self.page.get_by_role("checkbox", name="全选").check()
        return self

    def put_aside(self, reason: str) -> Attention:
        self.page.locator("footer.foot").get_by_role("button", name="放一边").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("为什么").fill(reason)
        box.get_by_role("button", name="放一边").click()
        return self

    def settled(self) -> Attention:
        self.page.get_by_role("link", name="处理过的", exact=True).click()
        return self

    def kind(self, name: str) -> Attention:
        self.page.get_by_role("group", name="哪一类").get_by_role(
            "link", name=re.compile(f"^{name}")
        ).click()
        return self


class Phones(Screen):
    """志愿者的手机."""

    def open(self, tab: str = "all") -> Phones:
        self.page.goto(f"{self.origin}/c/phones?tab={tab}")
        expect(self.page.get_by_role("heading", name="志愿者的手机", level=1)).to_be_visible()
        return self

    def says(self, name: str, *words: str) -> Phones:
        for said in words:
            expect(self.page.get_by_role("row").filter(has_text=name)).to_contain_text(said)
        return self

    def lose(self, name: str, reason: str) -> Phones:
        self.page.get_by_role("row").filter(has_text=name).get_by_role(
            "button", name="丢了"
        ).click()
        return self.confirm(reason)

    def confirm(self, reason: str) -> Phones:
        box = self.page.get_by_role("dialog").last
        for said in ("清掉", "不会丢", "不能撤回"):
            expect(box).to_contain_text(said)
        box.get_by_label("为什么停用").fill(reason)
        box.get_by_role("button", name="停用", exact=True).click()
        self.toast("停用了")
        return self
