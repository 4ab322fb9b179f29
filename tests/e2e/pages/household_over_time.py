"""A household on the desk over time: doubles, both side by side, what happened in the family, its history."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class HouseholdOverTime:
    """The pages a committee keeps a household on while things happen to it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def doubles(self) -> HouseholdOverTime:
        self.page.goto(self.origin + "/c/roster")
        self.page.get_by_role("link", name="像是重复的").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("像是重复的住户")
        return self

    def pairs(self) -> Locator:
        return self.page.locator(".pair")

    def compare(self) -> HouseholdOverTime:
        self.page.get_by_role("link", name="放在一起看").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("两户放在一起看")
        return self

    def merge(self, keep: str, why: str) -> HouseholdOverTime:
        self.page.locator("label.pick", has_text=keep).get_by_role("radio").check()
        self.page.get_by_label("为什么").fill(why)
        self.page.get_by_role("button", name="合并成一户").click()
        return self.at(keep)

    def at(self, address: str) -> HouseholdOverTime:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(address)
        return self

    def open(self, home: str) -> HouseholdOverTime:
        self.page.goto(f"{self.origin}/c/roster/home/{home}")
        return self

    def people(self) -> Locator:
        return self.page.locator(".person b")

    def history(self) -> Locator:
        panel = self.page.locator("section.panel", has=self.page.get_by_role("heading", name="变动", exact=True))  # fmt: skip
        return panel.locator("ol.tl li")

    def undo(self, which: str, why: str) -> HouseholdOverTime:
        line = self.history().filter(has_text=which)
        line.get_by_role("button", name="撤回").click()
        self.page.get_by_label("为什么").fill(why)
        self.page.get_by_role("dialog").get_by_role("button", name="撤回").click()
        expect(line.filter(has_text=re.compile("撤回：" + why))).to_be_visible()
        return self

    def happens(self, what: str) -> Locator:
        self.page.get_by_role("button", name="家里有变动").click()
        sheet = self.page.get_by_role("dialog")
        sheet.get_by_role("button", name=what, exact=True).click()
        return sheet

    def record(self, sheet: Locator) -> HouseholdOverTime:
        sheet.get_by_role("button", name="记下", exact=True).click()
        expect(sheet).to_be_hidden()
        return self

    def timeline(self) -> Locator:
        self.page.get_by_role("link", name="经过").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("经过")
        return self.page.locator("ol.tl li")
