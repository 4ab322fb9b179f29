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

    def begins(self, act: str, words: str) -> Concern:
        """Opens a step that needs a sentence and writes it, without sending."""
        self.button(act).click()
        self.page.get_by_role("dialog").get_by_label("写一句").fill(words)
        return self

    def tells(self, act: str, words: str) -> Concern:
        """What will be different stands there before anybody confirms it; closing it changes nothing."""
        self.button(act).click()
        box = self.page.get_by_role("dialog")
        expect(box.locator(".fact")).to_contain_text(words)
        box.get_by_role("button", name="关上").last.click()
        expect(box).to_have_count(0)
        return self

    def takes(self, act: str, words: str) -> Concern:
        self.begins(act, words)
        self.page.get_by_role("dialog").get_by_role("button", name=act).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        return self

    def is_told(self, words: str) -> Concern:
        box = self.page.get_by_role("dialog")
        box.get_by_role("button", name="申请延期").click()
        expect(box.get_by_role("alert")).to_contain_text(words)
        self.page.keyboard.press("Escape")
        return self

    def offers(self, act: str) -> bool:
        return bool(self.button(act).count())

    def refers(self, office: str, why: str) -> Concern:
        self.button("转信访、12345").click()
        box = self.page.get_by_role("dialog")
        box.get_by_role("radio", name=office).check()
        box.get_by_label("为什么转、要带什么").fill(why)
        box.get_by_role("button", name="转走，告诉居民").click()
        return self

    def inserts(self, sentence: str) -> Concern:
        self.button("常用答复").click()
        self.page.get_by_role("dialog").get_by_role("button", name=sentence).click()
        expect(self.page.get_by_role("textbox", name="答复居民")).to_have_value(sentence)
        self.button("发出答复").click()
        self.toast("发出了")
        return self

    def calls(self, words: str, *, inside: bool) -> Concern:
        """Writes down a call that was answered, for the resident to read or for us alone."""
        self.button("电话打通了").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("说了什么（可不写）").fill(words)
        if inside:
            box.get_by_role("button", name="只有我们").click()
        box.get_by_role("button", name="记下").click()
        line = self.page.locator(".tl li").filter(has_text=words)
        expect(line).to_contain_text("只有我们" if inside else "居民看得到")
        return self

    def says(self, words: str) -> Concern:
        expect(self.page.locator(".tl")).to_contain_text(words)
        return self

    def history(self, line: str) -> Concern:
        expect(self.page.locator(".tl li b").filter(has_text=line).first).to_be_visible()
        return self


class ConcernRules(Screen):
    """办理规矩."""

    def open(self) -> ConcernRules:
        self.page.goto(self.origin + "/concerns/rules")
        expect(self.page.get_by_role("heading", name="办理规矩", level=1)).to_be_visible()
        return self

    def office(self, name: str, address: str, phone: str) -> ConcernRules:
        self.button("加一个").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("叫什么").fill(name)
        box.get_by_label("地址").fill(address)
        box.get_by_label("电话").fill(phone)
        box.get_by_role("button", name="存下").click()
        expect(self.page.locator(".li").filter(has_text=name)).to_contain_text(address)
        return self

    def _line(self, nature: str, days: str, why: str) -> None:
        self.page.get_by_role("row", name=nature).get_by_role("button").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("办完，几个工作日内").fill(days)
        box.get_by_label("为什么这样定").fill(why)
        box.get_by_role("button", name="定下来").click()

    def refuses(self, nature: str, days: str, words: str) -> ConcernRules:
        self._line(nature, days, "想放宽")
        box = self.page.get_by_role("dialog")
        expect(box.get_by_role("alert")).to_contain_text(words)
        box.get_by_role("button", name="先不").click()
        return self

    def sets(self, nature: str, days: str, why: str) -> ConcernRules:
        self._line(nature, days, why)
        expect(self.page.get_by_role("row", name=nature)).to_contain_text(f"{days} 个工作日")
        return self

    def changed(self, what: str) -> ConcernRules:
        expect(self.page.locator(".li").filter(has_text=what).first).to_be_visible()
        return self

    def sentence(self, words: str) -> ConcernRules:
        self.button("加一句").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("写一句").fill(words)
        box.get_by_role("button", name="存下").click()
        expect(self.page.locator(".li").filter(has_text=words)).to_be_visible()
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
