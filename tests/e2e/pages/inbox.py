"""消息 on the phone and on the desk."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pages.lock import go
from tests.e2e.pages.phone import Screen


class Inbox(Screen):
    """The volunteer's tab."""

    def open(self) -> Inbox:
        go(self.page, self.origin + "/inbox")
        return self

    def is_here(self) -> Inbox:
        expect(self.page.get_by_role("heading", level=1)).to_have_text("消息")
        return self

    def shows(self, *words: str) -> Inbox:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)
        return self

    def tell(self, words: str) -> None:
        """Open what a message is about."""
        self.page.get_by_role("link", name=words).click()


def count(page: Screen) -> Locator:
    """The red count on the tab of messages."""
    tabs = page.page.get_by_role("navigation", name="主要页面")
    return tabs.get_by_role("link", name="消息").locator(".badge")
