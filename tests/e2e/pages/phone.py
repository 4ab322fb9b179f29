"""The volunteer's screens."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.lock import PIN, go, unlock

SENT = 30_000
"""Milliseconds: ten to take an entry back, then the road to the server."""


class Screen:
    """What every phone screen has."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def tab(self, name: str) -> None:
        self.page.get_by_role("navigation", name="主要页面").get_by_role("link", name=name).click()

    def reload(self) -> None:
        self.page.reload()
        unlock(self.page)

    def toast(self, words: str) -> None:
        expect(self.page.locator(".toasts")).to_contain_text(words)

    def is_kept(self) -> None:
        """All that an open form shows is on the phone's disk, not only what was answered first."""
        kept = self.page.locator(".auto")
        expect(kept).to_have_attribute("aria-busy", "false")
        expect(kept).to_contain_text("已存")


class Today(Screen):
    """01 今日."""

    def open(self) -> Today:
        go(self.page, self.origin + "/today")
        return self

    def row(self, name: str) -> Locator:
        return self.page.locator("a.hh").filter(has_text=name.split("·")[0])

    def shows(self, *names: str) -> None:
        for name in names:
            expect(self.row(name)).to_be_visible()
        self.is_whole()

    def is_whole(self) -> None:
        """Everything of the person is on the phone, not only what the first screen needs."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def no_longer_shows(self, name: str) -> None:
        expect(self.row(name)).to_have_count(0)

    def sync_line(self) -> Locator:
        return self.page.locator(".sync [role=status]")

    def home(self, name: str) -> Household:
        expect(self.row(name)).to_be_visible()
        self.is_whole()
        self.row(name).click()
        return Household(self.page, self.origin).of(name)

    def scan(self) -> Scan:
        self.page.get_by_role("link", name="扫门上的码").click()
        return Scan(self.page, self.origin)


class Scan(Screen):
    """02 扫码."""

    def opens_by_itself(self, name: str) -> Household:
        return Household(self.page, self.origin).of(name)

    def practice_code(self) -> None:
        """In the village: the picture of the next home's door, read by the real reader."""
        self.button("扫练习的门码").click()

    def short_code(self, code: str) -> None:
        self.button("输入 8 位短码").click()
        self.page.get_by_label("短码", exact=True).fill(code)
        self.button("打开").click()

    def picture(self, file: str) -> None:
        self.page.locator("input[type=file]").set_input_files(file)


class Household(Screen):
    """03 住户 and 04a 没见到."""

    def of(self, name: str) -> Household:
        expect(self.page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
        return self

    def record(self) -> VisitForm:
        self.page.get_by_role("link", name=re.compile("见到了，开始记|接着记")).click()
        return VisitForm(self.page, self.origin)

    def not_met(self, outcome: str) -> None:
        self.button("没见到").click()
        self.button(outcome).click()
        expect(self.page.get_by_role("dialog")).to_contain_text("存在本机")

    def undo(self) -> None:
        self.button("撤销").click()
        self.toast("撤了，没有记")

    def back_to_today(self) -> Today:
        self.button("回到今日").click()
        return Today(self.page, self.origin)

    def hand_over(self, to: str) -> Today:
        self.button("更多").click()
        self.button("转给别人").click()
        self.button(to).click()
        return Today(self.page, self.origin)

    def decline(self, reason: str) -> Today:
        self.button("更多").click()
        self.button("这回去不了").click()
        self.button(reason).click()
        return Today(self.page, self.origin)


class VisitForm(Screen):
    """04b 走访登记."""

    def worries(self, *chips: str) -> VisitForm:
        for chip in chips:
            self.button(chip).click()
        return self

    def says(self, words: str) -> VisitForm:
        self.page.get_by_label("住户说了什么？").fill(words)
        self.page.get_by_label("住户说了什么？").blur()
        return self

    def then(self, chip: str) -> VisitForm:
        self.button(chip).click()
        return self

    def photo(self, file: str) -> VisitForm:
        self.page.locator("input[type=file]").set_input_files(file)
        expect(self.button("去掉这张照片")).to_have_count(1)
        return self

    def saved(self) -> VisitForm:
        self.is_kept()
        return self

    def chosen(self, chip: str) -> bool:
        return self.button(chip).get_attribute("aria-pressed") == "true"

    def finish(self) -> Today:
        self.button("记好了").click()
        self.toast("已存在本机")
        return Today(self.page, self.origin)


class ElderCheck(VisitForm):
    """04c 走访登记（老年人）."""

    def stands(self) -> ElderCheck:
        expect(self.page.get_by_role("heading", name="今天看着")).to_be_visible()
        return self

    def head(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def all_well(self) -> ElderCheck:
        self.button("五样都好").click()
        return self

    def watch(self, head: str, *signs: str) -> ElderCheck:
        group = self.head(head)
        if group.get_by_role("button", name="要留意").get_attribute("aria-pressed") != "true":
            group.get_by_role("button", name="要留意").click()
        for sign in signs:
            group.get_by_role("button", name=sign, exact=True).click()
        return self

    def _pressed(self, head: str, name: str, pressed: str) -> None:
        button = self.head(head).get_by_role("button", name=name, exact=True)
        expect(button).to_have_attribute("aria-pressed", pressed)

    def is_well(self, head: str) -> ElderCheck:
        self._pressed(head, "好", "true")
        return self

    def is_watched(self, head: str, *signs: str) -> ElderCheck:
        for name in ("要留意", *signs):
            self._pressed(head, name, "true")
        return self

    def nothing_is_answered(self, *heads: str) -> ElderCheck:
        for head in heads:
            self._pressed(head, "好", "false")
            self._pressed(head, "要留意", "false")
        return self

    def then(self, chip: str) -> ElderCheck:
        self.button(chip).click()
        return self

    def says(self, words: str) -> ElderCheck:
        super().says(words)
        return self


class Records(Screen):
    """05 本机记录."""

    def open(self, pin: str = PIN) -> Records:
        go(self.page, self.origin + "/records", pin)
        return self

    def waiting(self, count: int) -> None:
        words = f"{count} 条还在这台手机上" if count else "这台手机上没有要传的"
        expect(self.page.locator(".hero h2")).to_have_text(words, timeout=SENT)

    def count_waiting(self) -> int:
        """How many wait, once the phone knows."""
        hero = self.page.locator(".hero h2")
        expect(hero).to_have_text(re.compile("条还在这台手机上|没有要传的"), timeout=SENT)
        found = re.match(r"\d+", hero.inner_text())
        return int(found[0]) if found else 0

    def received(self, count: int) -> None:
        expect(self.page.get_by_text(f"居委会已收到 · 7 天内 {count}")).to_be_visible(timeout=SENT)

    def asked_about(self, count: int) -> None:
        expect(self.page.get_by_text(f"请看一下 · {count}")).to_be_visible(timeout=SENT)

    def try_now(self) -> None:
        self.button("现在试传").click()

    def sent_now(self, received: int) -> None:
        """With a line again: by the person's tap, or by the phone itself if it was quicker."""
        gone = self.page.get_by_text("这台手机上没有要传的")
        expect(self.button("现在试传").or_(gone)).to_be_visible()
        if not gone.count():
            self.button("现在试传").evaluate("button => button.click()")
        self.waiting(0)
        self.received(received)

    def seal(self) -> Records:
        """The sheet that hands over what waits, once everything is sealed."""
        self.button("请人捎去").click()
        expect(self.page.get_by_role("dialog")).to_contain_text("文件是封好的，捎的人看不到里面。")
        return self

    def hand_over(self, to: Path) -> Path:
        """The sealed file, as it lies in the phone's downloads."""
        self.seal()
        with self.page.expect_download() as waiting:
            self.button("存到手机里").click()
        self.toast("存好了")
        file = to / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    def carry(self, file: Path) -> None:
        self.page.locator(".take input").set_input_files(file)
        self.toast("收下了，有信号时替他交")

    def carries(self, neighbours: int, entries: int) -> None:
        words = f"替 {neighbours} 位邻居捎着 {entries} 条"
        expect(self.page.locator(".carried")).to_contain_text(words)

    def carries_nothing(self) -> None:
        expect(self.page.get_by_text("位邻居捎着")).to_have_count(0, timeout=SENT)

    def entry(self, name: str) -> Locator:
        return self.page.locator(".rec").filter(has_text=name.split("·")[0])


class Me(Screen):
    """我."""

    def open(self) -> Me:
        go(self.page, self.origin + "/me")
        return self

    def lock_now(self) -> None:
        self.button("现在锁上", exact=False).click()

    def log_out(self, *, says: str | None = None) -> None:
        self.button("退出登录").click()
        dialog = self.page.get_by_role("dialog")
        if says:
            expect(dialog).to_contain_text(says)
        dialog.get_by_role("button", name="退出登录").click()
        self.page.wait_for_url(re.compile("/login"))
