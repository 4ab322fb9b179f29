"""The box that searches everywhere, and what every list can do."""

from __future__ import annotations

from playwright.sync_api import Download, Locator, expect

from tests.e2e.pages.phone import Screen


class FindBox(Screen):
    """One box over everything; opened by a key, left by Escape."""

    def open(self, key: str = "/") -> FindBox:
        self.page.keyboard.press(key)
        expect(self.box).to_be_focused()
        return self

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("combobox", name="查找")

    def type(self, words: str) -> FindBox:
        self.box.fill(words)
        return self

    def shows(self, kind: str, *said: str) -> FindBox:
        group = self.page.get_by_role("group", name=kind, exact=True)
        for words in said:
            expect(group).to_contain_text(words)
        return self

    def hides(self, kind: str) -> FindBox:
        expect(self.page.get_by_role("group", name=kind, exact=True)).to_have_count(0)
        return self


class ListTools(Screen):
    """Beside the filters of a list."""

    def keep(self, name: str, *, first: bool = False) -> ListTools:
        self.page.get_by_role("button", name="存下这样筛").click()
        sheet = self.page.get_by_role("dialog", name="存下这样筛")
        sheet.get_by_label("叫什么").fill(name)
        if first:
            sheet.get_by_role("switch", name="一打开就这样筛").click()
        sheet.get_by_role("button", name="存下", exact=True).click()
        expect(sheet).to_have_count(0)
        return self

    def take(self, word: str, purpose: str, receiver: str, password: str | None = None) -> Download:
        """The file, after saying what for and for whom, and giving the password again where it is asked for."""
        self.page.get_by_role("button", name=word, exact=True).click()
        sheet = self.page.get_by_role("dialog", name=word)
        sheet.get_by_label("做什么用").fill(purpose)
        sheet.get_by_label("交给谁").fill(receiver)
        with self.page.expect_download() as coming:
            sheet.get_by_role("button", name=word, exact=True).click()
            if password is not None:
                again = self.page.get_by_role("dialog", name="再输一次登录密码")
                again.get_by_label("密码", exact=True).fill(password)
                again.get_by_role("button", name="确认").click()
        return coming.value
