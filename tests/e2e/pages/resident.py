"""The resident's pages, as they open in whatever a camera opens."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.pages.phone import Screen


class DoorPage(Screen):
    """08 门码落地页."""

    def open(self, address: str) -> DoorPage:
        self.page.goto(address)
        expect(self.page.get_by_role("heading", name="有事找我们")).to_be_visible()
        return self

    def submit(self) -> ConcernForm:
        self.page.get_by_role("link", name="提交诉求").click()
        return ConcernForm(self.page, self.origin)

    def follow(self) -> Progress:
        self.page.get_by_role("link", name="查进度").click()
        return Progress(self.page, self.origin)

    def urgent_numbers(self) -> list[str]:
        self.page.get_by_text("紧急求助").click()
        links = self.page.locator("details.sos a")
        expect(links.first).to_be_visible()
        return [str(one.get_attribute("href")) for one in links.all()]


class ConcernForm(Screen):
    """09 提交诉求."""

    def about(self, kind: str) -> ConcernForm:
        self.page.get_by_role("radio", name=kind).check(force=True)
        return self

    def says(self, words: str) -> ConcernForm:
        self.page.get_by_label("什么事，在哪里？").fill(words)
        return self

    def leaves_phone(self, number: str) -> ConcernForm:
        self.page.get_by_label("电话").fill(number)
        return self

    def shows(self, words: str) -> ConcernForm:
        expect(self.page.get_by_label("什么事，在哪里？")).to_have_value(words)
        return self

    def send(self) -> ConcernForm:
        self.button("提交").click()
        return self

    def waits_for_signal(self) -> None:
        expect(self.page.get_by_role("status")).to_contain_text("没信号")

    def received(self) -> str:
        expect(self.page.get_by_role("heading", name="居委会已收到")).to_be_visible()
        return self.page.locator("[data-code]").inner_text()

    def progress(self) -> Progress:
        self.page.get_by_role("link", name="看进度").click()
        return Progress(self.page, self.origin)


class Progress(Screen):
    """10 诉求进度."""

    def __init__(self, page: Page, origin: str) -> None:
        super().__init__(page, origin)

    def mine(self, kind: str) -> Progress:
        self.page.locator("#mine").get_by_role("button", name=kind).click()
        return self

    def look(self, code: str) -> Progress:
        self.page.get_by_label("查询码（8 位）").fill(code)
        self.button("查").click()
        return self

    def steps(self, *newest_first: str) -> Progress:
        expect(self.page.locator(".tl li b")).to_have_text(list(newest_first))
        return self

    def says(self, words: str) -> Progress:
        expect(self.page.locator("main")).to_contain_text(words)
        return self

    def says_nothing_of(self, words: str) -> Progress:
        expect(self.page.locator("body")).not_to_contain_text(words)
        return self

    def asks_nothing(self) -> Progress:
        expect(self.page.locator("[data-rate]")).to_be_hidden()
        return self

    def rate(self, solved: str, satisfied: str, comment: str = "") -> Progress:
        self.page.get_by_role("radio", name=solved).check(force=True)
        self.page.get_by_role("radio", name=satisfied, exact=True).check(force=True)
        self.page.get_by_label("想说的话（不写也行）").fill(comment)
        self.button("交评价").click()
        return self

    def partly(self, then: str) -> Progress:
        """Partly solved: whether that is enough is the resident's to say."""
        self.page.get_by_role("radio", name=then).check(force=True)
        self.button("交评价").click()
        return self

    def reopen(self, why: str) -> Progress:
        self.page.get_by_label("哪里没弄好，写一句").fill(why)
        self.button("退回重办").click()
        return self

    def tail(self, digits: str) -> Progress:
        self.page.get_by_label("手机号后四位").fill(digits)
        self.button("对一下").click()
        return self
