"""The committee's screens of concerns and door codes."""

from __future__ import annotations

import re

from playwright.sync_api import Download, expect

from tests.e2e.pages.phone import Screen


class Concerns(Screen):
    """The committee's list."""

    def open(self) -> Concerns:
        self.page.goto(self.origin + "/concerns")
        expect(self.page.get_by_role("heading", name="诉求")).to_be_visible()
        return self

    def shows(self, title: str) -> Concerns:
        expect(self.page.get_by_role("link", name=title)).to_be_visible()
        return self

    def concern(self, title: str) -> Concern:
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        return Concern(self.page, self.origin)

    def at_step(self, title: str, act: str) -> Concern:
        """Opened the way a line of the first page opens it: at the step it waits for."""
        address = self.page.get_by_role("link", name=title).get_attribute("href")
        self.page.goto(f"{self.origin}{address}?act={act}")
        return Concern(self.page, self.origin)


class Concern(Screen):
    """14 诉求."""

    def status(self, words: str) -> Concern:
        expect(self.page.locator(".meta .tag").first).to_have_text(words)
        return self

    def accept(self) -> Concern:
        self.button("收下，我来负责").click()
        return self.status("已受理")

    def give_to_outside(self, who: str) -> Concern:
        self.button("派人去办").click()
        self.page.get_by_role("radio", name="外面的人来办").check()
        self.page.get_by_label("谁来办").fill(who)
        self.button("派出去").click()
        return self.status("已派单")

    def give_to(self, who: str, what: str) -> Concern:
        self.button("派人去办").click()
        self.page.get_by_label("派给一个人").last.select_option(label=who)
        self.page.get_by_label("去哪里、做什么").fill(what)
        self.button("派出去").click()
        return self.status("已派单")

    def asks(self, title: str) -> Concern:
        expect(self.page.get_by_role("dialog").get_by_role("heading", name=title)).to_be_visible()
        expect(self.page).not_to_have_url(re.compile("act="))
        return self

    def answer(self, words: str) -> Concern:
        self.page.get_by_role("textbox", name="答复居民").fill(words)
        self.button("发出答复").click()
        self.toast("发出了")
        return self

    def note(self, words: str) -> Concern:
        self.button("内部记录").click()
        self.page.get_by_role("textbox", name="内部记录").fill(words)
        self.button("记下").click()
        self.toast("只有我们看得到")
        return self

    def finish(self, words: str) -> Concern:
        self.button("办好了，请居民评价").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("写一句").fill(words)
        box.get_by_role("button", name="办好了，请居民评价").click()
        return self.status("待评价")

    def says(self, words: str) -> Concern:
        expect(self.page.locator(".tl")).to_contain_text(words)
        return self

    def history(self, line: str) -> Concern:
        expect(self.page.locator(".tl li b").filter(has_text=line).first).to_be_visible()
        return self


class DoorCodes(Screen):
    """门码."""

    def open(self) -> DoorCodes:
        self.page.goto(self.origin + "/door-codes")
        expect(self.page.get_by_role("heading", name="门码", level=1)).to_be_visible()
        return self

    def print_missing(self, count: int) -> Download:
        with self.page.expect_download() as waiting:
            self.button(f"打印还没有码的 {count} 户").first.click()
        return waiting.value

    def reprint_unit(self, unit: str, count: int) -> Download:
        row = self.page.get_by_role("row").filter(has_text=unit)
        row.get_by_role("checkbox").check()
        self.button(f"重印选中的 {count} 户").click()
        with self.page.expect_download() as waiting:
            self.button("换成新的一版").click()
        return waiting.value

    def doors_of(self, unit: str) -> DoorCodes:
        self.page.get_by_role("row").filter(has_text=unit).get_by_role(
            "button", name="看各户"
        ).click()
        return self

    def taken(self, unit_and_room: str) -> DoorCodes:
        self.page.get_by_role("listitem").filter(has_text=unit_and_room).get_by_role(
            "button", name="被人拿走了"
        ).click()
        self.button("作废").click()
        self.toast("作废了")
        return self
