"""Help is on the phone: found by the first letters of what one would say, with the radio off, before any log-in and from where one is stuck."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.browser import Watched
from tests.e2e.pages.phone import Me, Records, Screen, Today
from tests.e2e.village import Village

PhoneOf = Callable[..., Watched]


class Help(Screen):
    """帮助."""

    def stands(self) -> Help:
        expect(self.page.get_by_label("想问什么？")).to_be_visible()
        return self

    def look_for(self, words: str) -> Help:
        self.page.get_by_label("想问什么？").fill(words)
        return self

    def first(self, question: str) -> Help:
        expect(self.page.locator("main a.cell").first).to_have_text(question)
        return self

    def read(self, question: str, answer: str) -> None:
        self.page.get_by_role("link", name=question).click()
        expect(self.page.get_by_role("article")).to_contain_text(answer)


def test_help_is_found_by_its_first_letters_without_a_network(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(*(one.name for one in village.homes))
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    Me(page, village.origin).tab("我")
    page.get_by_role("link", name="帮助").click()
    help_ = Help(page, village.origin).stands()
    page.reload()
    help_.look_for("mxh").first("没信号怎么办？")
    help_.look_for("走错门了").first("扫错门了怎么办？")
    help_.look_for("高压锅")
    expect(page.get_by_text("没有找到")).to_be_visible()
    help_.look_for("jj").read("有人马上要人帮，怎么办？", "急救 120")
    help_.button("返回").click()

    records = Records(page, village.origin).open()
    records.button("帮助").click()
    page.get_by_role("link", name="更多帮助").click()
    help_.read("记错了，怎么改？", "改一下再传")
    village.server.start()


def test_help_is_there_before_the_log_in(village: Village, open_browser: PhoneOf) -> None:
    page = open_browser("phone", new=True).page()
    page.goto(village.origin + "/login")
    page.get_by_role("link", name="帮助").click()
    Help(page, village.origin).look_for("忘了密码").first("6 位密码忘了怎么办？")
