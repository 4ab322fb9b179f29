"""What the committee asked a volunteer to see to, on the list of today."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pages import phone
from tests.e2e.pages.phone import Screen


class Today(phone.Today):
    """01 今日, with errands."""

    def _row(self, what: str) -> Locator:
        return self.page.locator("main button.cell").filter(has_text=what)

    def shows_errand(self, what: str) -> None:
        expect(self._row(what)).to_be_visible()

    def no_errand(self, what: str) -> None:
        expect(self._row(what)).to_have_count(0)

    def errand(self, what: str) -> Errand:
        self._row(what).click()
        return Errand(self.page, self.origin)


class Errand(Screen):
    """The sheet of one errand."""

    def says(self, words: str) -> Errand:
        self.page.get_by_label("办得怎么样？").fill(words)
        return self

    def done(self) -> None:
        self.button("办好了").click()
        self.toast("居委会会接着答复居民")
