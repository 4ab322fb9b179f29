"""The committee's screens of the cadence: the policy table, a home's levels, the figures, the list of calls."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pages.home_visits import SOON
from tests.e2e.pages.phone import Screen


class CadencePage(Screen):
    """走访周期."""

    def open(self) -> CadencePage:
        self.page.goto(self.origin + "/c/cadence")
        expect(self.page.get_by_role("heading", name="走访周期", level=1)).to_be_visible()
        return self

    def rule(self, who: str) -> Locator:
        return self.page.locator("tr").filter(has=self.page.get_by_text(who, exact=True))

    def stricter(self, who: str, every: str, why: str) -> CadencePage:
        self.rule(who).get_by_role("button").first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("combobox").select_option(label=every)
        dialog.get_by_label("为什么这样定").fill(why)
        dialog.get_by_role("button", name="定下来").click()
        self.toast("定下来了")
        return self

    def may_not_choose(self, who: str, every: str) -> CadencePage:
        self.rule(who).get_by_role("button").first.click()
        choice = self.page.get_by_role("dialog").locator("option", has_text=every)
        expect(choice).to_have_attribute("disabled", "")
        self.page.keyboard.press("Escape")
        return self

    def figure(self, name: str) -> Locator:
        return self.page.locator(".li").filter(has_text=name)

    def shows(self, name: str, met: int, of: int) -> CadencePage:
        expect(self.figure(name).locator(".num")).to_contain_text(f"{met} / {of}", timeout=SOON)
        return self

    def list_of(self, name: str) -> Locator:
        """The list behind the figure's first number."""
        self.figure(name).get_by_role("link").first.click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        return self.page.locator("main table")


class CarePanel(Screen):
    """走访级别 on the page of a household."""

    def open(self, household_id: str) -> CarePanel:
        self.page.goto(f"{self.origin}/c/roster/home/{household_id}")
        expect(self.panel()).to_be_visible()
        return self

    def panel(self) -> Locator:
        return self.page.locator("section.panel").filter(has_text="走访级别")

    def decide(self, level: str, why: str) -> CarePanel:
        self.panel().get_by_role("button", name="定级").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=level).click()
        dialog.get_by_label("为什么").fill(why)
        dialog.get_by_role("button", name="定级").click()
        self.toast("定好了")
        return self


class CallList(Screen):
    """电话名单."""

    def open(self) -> CallList:
        self.page.goto(self.origin + "/c/calls")
        expect(self.page.get_by_role("heading", name="电话名单", level=1)).to_be_visible()
        return self

    def make(self, which: str, why: str) -> Locator:
        self.page.get_by_role("combobox").select_option(label=which)
        self.page.get_by_label("打印完整号码").fill(why)
        self.button("列出来").click()
        return self.page.locator("section.sheet")
