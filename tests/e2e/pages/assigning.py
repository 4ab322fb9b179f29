"""The committee's screens of visits to make: 11 今天, 13 批量派, and the visits of a home."""

from __future__ import annotations

import pypdfium2
from playwright.sync_api import Locator, expect

from tests.e2e.pages.phone import SENT, Screen


class AssignMany(Screen):
    """13 批量派."""

    def open(self, which: str = "all") -> AssignMany:
        self.page.goto(self.origin + f"/c/tasks/assign?which={which}")
        expect(self.page.get_by_role("heading", name="批量派走访", level=1)).to_be_visible()
        return self

    def find(self, words: str) -> AssignMany:
        """By keyboard alone: / goes to the search."""
        self.page.locator("h1").click()
        self.page.keyboard.press("/")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        return self

    def row(self, name: str) -> Locator:
        return self.page.locator("tr[data-row]").filter(has_text=name)

    def tick(self, name: str) -> AssignMany:
        self.row(name).first.get_by_role("checkbox").check()
        return self

    def to(self, name: str, person: str) -> AssignMany:
        self.row(name).first.get_by_role("combobox").select_option(label=person)
        return self

    def plan(self) -> Locator:
        return self.page.locator("section.panel").filter(has_text="这样派出去")

    def send(self, count: int) -> AssignMany:
        self.button(f"派出 {count} 户").click()
        self.toast(f"派出 {count} 户了")
        return self

    def undo(self) -> AssignMany:
        self.page.locator(".toasts").get_by_role("button", name="撤销").click()
        self.toast("撤回了")
        return self


class Workbench(Screen):
    """11 今天."""

    def open(self) -> Workbench:
        self.page.goto(self.origin + "/c/today")
        expect(self.page.get_by_role("heading", name="最久没人联系过")).to_be_visible()
        return self

    def number(self, words: str) -> Locator:
        """The figure over these words."""
        return self.page.locator(".nums a").filter(has_text=words).locator("b")

    def row(self, name: str) -> Locator:
        return self.page.locator("tr[data-row]").filter(has_text=name.split("·")[0])

    def take_on(self, concern: str) -> Workbench:
        """A concern whose deadline is near is taken on where its line stands."""
        line = self.page.locator(".li", has_text=concern)
        line.get_by_role("button", name="收下").click()
        self.toast("您负责到底")
        expect(line).to_have_count(0)
        return self

    def give(self, name: str, to: str) -> Workbench:
        """Two clicks: send somebody, and to whom."""
        if self.row(name).get_by_role("button", name="派人去").count():
            self.row(name).get_by_role("button", name="派人去").click()
        group = self.page.get_by_role("group", name=f"派人去 {name}")
        group.get_by_role("button", name=to).first.click()
        group.get_by_role("button", name=f"派给{to}").click()
        self.toast(f"派给{to}了")
        return self


class HomeVisits(Screen):
    """The visits of one home."""

    def open(self, household_id: str) -> HomeVisits:
        self.page.goto(self.origin + f"/c/tasks/home/{household_id}")
        expect(self.page.get_by_role("heading", name="走访记录", level=2)).to_be_visible()
        self.page.evaluate("window.openedOnce = true")
        return self

    def empty(self) -> HomeVisits:
        expect(self.page.get_by_text("还没有走访记录")).to_be_visible()
        return self

    def shows(self, outcome: str) -> HomeVisits:
        expect(self.page.locator("button.visit").filter(has_text=outcome)).to_be_visible(
            timeout=SENT
        )
        return self

    def answer(self, label: str, value: str) -> HomeVisits:
        row = self.page.locator("dl.facts div").filter(has_text=label).first
        expect(row.locator("dd")).to_have_text(value)
        return self

    def earlier(self, version: int, label: str, value: str) -> HomeVisits:
        """What an earlier version of the open visit says."""
        old = self.page.locator("dl.old").filter(has_text=f"第 {version} 次记的")
        row = old.locator("div").filter(has_text=label).first
        expect(row.locator("dd")).to_have_text(value)
        return self

    def on_paper(self) -> str:
        """What comes out of the printer for the visit that is open."""
        self.page.evaluate("window.print = () => { window.printing = true }")
        self.button("打印这张表").click()
        self.page.wait_for_function("window.printing")
        (only,) = pypdfium2.PdfDocument(self.page.pdf(format="A4"))
        text: str = only.get_textpage().get_text_bounded()
        self.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(self.page.locator(".visitSheet")).to_have_count(0)
        return text

    def was_never_reloaded(self) -> None:
        assert self.page.evaluate("window.openedOnce === true")
