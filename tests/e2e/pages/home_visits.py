"""The committee's pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

SOON = 30_000
"""Milliseconds within which an open page shows by itself what arrived."""


class DeskPage:
    """Any page beside the side bar."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def titled(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)


class HomeVisits(DeskPage):
    """The visits of one household."""

    def open(self, household_id: str) -> HomeVisits:
        self.page.goto(f"{self.origin}/c/tasks/home/{household_id}")
        return self

    def empty(self) -> HomeVisits:
        expect(self.page.locator("main").get_by_role("heading").first).to_be_visible()
        expect(self.page.get_by_role("button", name=re.compile("见到|没见到"))).to_have_count(0)
        return self

    def shows(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one, timeout=SOON)
