"""结对帮扶 at the desk, and 我的结对 on the phone."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pages.lock import go
from tests.e2e.pages.phone import Screen


class Pairings(Screen):
    """The committee's list."""

    def open(self) -> Pairings:
        self.page.goto(self.origin + "/c/pairing")
        expect(self.page.get_by_role("heading", name="结对帮扶", level=1)).to_be_visible()
        return self

    def begin(self, home: str, helper: str, *, home_said: str, helper_said: str) -> Pairings:
        self.page.get_by_role("button", name="新结对").click()
        self.page.get_by_label("帮哪一户").fill(home)
        self.page.get_by_label("帮哪一户").press("Enter")
        self.page.locator(".pick").get_by_role("button").first.click()
        chosen = self.page.get_by_label("谁来帮")
        chosen.select_option(value=self._option(chosen, helper))
        self.page.get_by_role("button", name="代办代购").click()
        self.page.get_by_label("说好帮什么").fill("每周买一次菜")
        self.page.get_by_label("住户答应了吗").select_option(label=home_said)
        self.page.get_by_label("帮的人答应了吗").select_option(label=helper_said)
        self.page.get_by_role("button", name="结对", exact=True).click()
        return self

    def _option(self, chosen: Locator, name: str) -> str:
        value = chosen.locator("option").filter(has_text=name).first.get_attribute("value")
        assert value
        return value

    def row(self, name: str) -> Locator:
        return self.page.locator("tbody tr").filter(has_text=name)

    def stands(self, name: str, *words: str) -> Pairings:
        """Some row of this home says all of it."""
        row = self.row(name)
        for one in words:
            row = row.filter(has_text=one)
        expect(row.first).to_be_visible()
        return self

    def ask_stand_in(self, home: str, who: str, first: str, last: str, said: str) -> Pairings:
        self.row(home).get_by_role("button", name="请人替").click()
        dialog = self.page.get_by_role("dialog")
        chosen = dialog.get_by_label("谁来替")
        chosen.select_option(value=self._option(chosen, who))
        dialog.get_by_label("从哪天").fill(first)
        dialog.get_by_label("到哪天").fill(last)
        dialog.get_by_label("帮的人答应了吗").select_option(label=said)
        dialog.get_by_role("button", name="请人替").click()
        return self

    def hand_over(self, helper: str) -> Handover:
        self.page.locator(".who").filter(has_text=helper).get_by_role("link", name="交接").click()
        return Handover(self.page, self.origin)


class Handover(Screen):
    """The sheet of one who leaves."""

    def lists(self, home: str, *words: str) -> Handover:
        for one in words:
            expect(self.page.locator("tbody tr").filter(has_text=home)).to_contain_text(one)
        return self

    def all_to(self, who: str, why: str) -> None:
        chosen = self.page.get_by_label("都交给")
        value = chosen.locator("option").filter(has_text=who).first.get_attribute("value")
        assert value
        chosen.select_option(value=value)
        self.page.get_by_label("为什么交接").fill(why)
        self.page.get_by_label("住户都已经知道并答应").check()
        self.page.get_by_role("button", name="交接 1 户").click()
        self.toast("办好了")


class MyPairings(Screen):
    """我的结对."""

    def open(self) -> MyPairings:
        go(self.page, self.origin + "/today")
        self.page.get_by_role("link", name="我", exact=True).click()
        self.page.get_by_role("link", name="我的结对").click()
        expect(self.page.get_by_role("heading", name="我的结对")).to_be_visible()
        return self

    def asked(self, *words: str) -> MyPairings:
        for one in words:
            expect(self.page.locator(".card").first).to_contain_text(one)
        return self

    def yes(self) -> MyPairings:
        self.page.get_by_role("button", name="答应", exact=True).first.click()
        self.toast("谢谢您")
        return self

    def holds(self, *words: str) -> MyPairings:
        for one in words:
            expect(self.page.locator(".cells")).to_contain_text(one)
        return self
