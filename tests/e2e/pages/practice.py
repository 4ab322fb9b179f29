"""The practice village: the real screens, with a band above them and a sentence about what to do next."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.phone import Screen


class Practice(Screen):
    """练习."""

    def __init__(self, page: Page, origin: str) -> None:
        super().__init__(page, origin + "/practice")

    def open(self) -> Practice:
        self.page.goto(self.origin + "/")
        return self.stands()

    def stands(self) -> Practice:
        expect(self.page.get_by_role("heading", name="这里的人家都是编的")).to_be_visible()
        return self.marked()

    def marked(self) -> Practice:
        """Every screen of the village says that it is one."""
        expect(self.page.locator(".band")).to_contain_text("练习 · 不会上传")
        expect(self.page).to_have_title(re.compile("练习$"))
        return self

    def begin(self, button: str) -> Practice:
        self.page.locator(".dock").get_by_role("button", name=button).click()
        return self

    def says(self, words: str) -> Practice:
        expect(self.page.locator(".say")).to_contain_text(words)
        return self.marked()

    def anew(self) -> Practice:
        self.tab("练习")
        self.button("重新练习", exact=False).click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text("真的记录不受影响")
        # This very screen stands already; the one to wait for is the page that begins anew.
        with self.page.expect_event("load"):
            dialog.get_by_role("button", name="重新练习").click()
        return self.stands()

    def leave(self) -> None:
        self.page.get_by_role("link", name="离开练习").click()
