"""A committee's own questions, on the desk and in the form of a phone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import until
from tests.e2e.pages.home_visits import DeskPage
from tests.e2e.pages.phone import VisitForm


class QuestionsPage(DeskPage):
    """社区的问题."""

    def open(self) -> QuestionsPage:
        self.page.goto(self.origin + "/c/questions")
        self.titled("社区的问题")
        return self

    def send(self, data: bytes, name: str = "问题.xlsx") -> QuestionsPage:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        self.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a plain dictionary is what Playwright takes
        return self

    def take_sample(self) -> bytes:
        """The workbook to begin with, as it is saved."""
        with self.page.expect_download() as saved:
            self.page.get_by_role("button", name="下载样表").click()
        assert saved.value.suggested_filename == "社区的问题-样表.xlsx"
        return Path(saved.value.path()).read_bytes()

    def faults(self, *words: str) -> QuestionsPage:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)
        return self

    def preview(self) -> Locator:
        return self.page.locator(".phone")

    def confirm(self) -> QuestionsPage:
        button = self.page.get_by_role("button", name="启用这一版")
        seen = self.page.get_by_role("checkbox", name="我看过了，值得问")
        if seen.count():
            expect(button).to_be_disabled()
            seen.check()
        button.click()
        expect(self.page.locator(".toasts")).to_contain_text("启用了")
        return self

    def version(self, n: int, state: str) -> QuestionsPage:
        row = self.page.locator(".li").filter(has_text=re.compile(f"第 {n} 版"))
        expect(row).to_contain_text(state)
        return self


class FormWithOwn(VisitForm):
    """走访登记 with the committee's own questions at its end."""

    def own(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title)

    def asks(self, label: str) -> Locator:
        return self.page.get_by_role("group", name=label, exact=True)

    def choose(self, label: str, *choices: str) -> FormWithOwn:
        for one in choices:
            self.asks(label).get_by_role("button", name=one, exact=True).click()
        return self

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)


def engine_kept(page: Page) -> int:
    """How many files of what works the questions out this phone keeps."""
    found = page.evaluate(
        "async () => (await caches.has('linli-questions'))"
        " ? (await (await caches.open('linli-questions')).keys()).length : 0"
    )
    return int(found)


def wait_for_engine(page: Page) -> None:
    """Until the worker has fetched it, which it does once the phone has such questions."""
    until(page, "async () => (await (await caches.open('linli-questions')).keys()).length")
