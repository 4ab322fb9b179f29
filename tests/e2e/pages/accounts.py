"""Log-in, joining, one's own log-ins, and the committee's people."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.pages.lock import go, unlock
from tests.e2e.pages.phone import Screen, Today


class LogIn(Screen):
    """登录."""

    def open(self) -> LogIn:
        self.page.goto(self.origin + "/login")
        return self

    def with_(self, phone: str, password: str) -> LogIn:
        self.page.get_by_label("手机号").fill(phone)
        self.page.get_by_label("密码").fill(password)
        self.button("登录").click()
        return self

    def is_told(self, words: str) -> LogIn:
        expect(self.page.get_by_role("alert")).to_contain_text(words)
        return self

    def leads_away(self) -> None:
        expect(self.page).not_to_have_url(re.compile("/login"))
        unlock(self.page)

    def is_here(self) -> LogIn:
        expect(self.page).to_have_url(re.compile("/login"))
        return self


class Join(Screen):
    """加入."""

    def open(self, link: str) -> Join:
        self.page.goto(link)
        return self

    def offers(self, words: str) -> Join:
        expect(self.page.get_by_role("heading", name=words)).to_be_visible()
        return self

    def as_(self, *, name: str | None = None, phone: str, password: str) -> Join:
        if name is not None:
            self.page.get_by_label("姓名").fill(name)
        self.page.get_by_label("手机号").fill(phone)
        self.page.get_by_label("密码").fill(password)
        self.button("加入").click()
        return self

    def is_told(self, words: str) -> Join:
        expect(self.page.get_by_role("alert")).to_contain_text(words)
        return self

    def ends_at_today(self) -> Today:
        expect(self.page).to_have_url(self.origin + "/today")
        unlock(self.page)
        return Today(self.page, self.origin)

    def is_closed(self) -> None:
        expect(self.page.get_by_text("这个链接开不了")).to_be_visible()


class NewPassword(Screen):
    """新密码, by a one-time link."""

    def open(self, link: str) -> NewPassword:
        self.page.goto(link)
        return self

    def choose(self, password: str) -> NewPassword:
        """Done when it leads on: the new password counts from then."""
        self.page.get_by_label("新密码").fill(password)
        self.button("存下并登录").click()
        expect(self.page).to_have_url(self.origin + "/today")
        unlock(self.page)
        return self


class People(Screen):
    """人员, on the committee's desk."""

    def open(self) -> People:
        self.page.goto(self.origin + "/c/people")
        expect(self.page.get_by_role("heading", name="人员", level=1)).to_be_visible()
        return self

    def invite(self, name: str, role: str = "志愿者") -> str:
        """The link that the QR on the screen holds."""
        self.button("请人加入").click()
        self.page.get_by_label("请谁加入").fill(name)
        self.page.get_by_label("身份").select_option(label=role)
        self.button("做链接和二维码").click()
        return self._link()

    def _link(self) -> str:
        expect(self.page.get_by_alt_text("链接的二维码")).to_be_visible()
        link = self.page.get_by_label("链接", exact=True).input_value()
        self.button("关上").last.click()
        return link

    def waits_for(self, name: str) -> People:
        expect(self.page.get_by_role("listitem").filter(has_text=name)).to_be_visible()
        return self

    def has(self, name: str, role: str) -> People:
        expect(self.page.get_by_role("row", name=name)).to_contain_text(role)
        return self

    def person(self, name: str) -> People:
        self.page.get_by_role("row", name=name).get_by_role("button", name="看看").click()
        return self

    def reset(self) -> str:
        self.button("给一个重设密码的链接").click()
        return self._link()

    def close_account(self) -> People:
        self.button("停用这个账号").click()
        self.page.get_by_role("dialog").filter(has_text="的账号？").get_by_role(
            "button", name="停用"
        ).click()
        self.toast("停用了")
        return self


class LogIns(Screen):
    """在哪里登录着."""

    def open(self) -> LogIns:
        go(self.page, self.origin + "/me/sessions")
        expect(self.page.get_by_text("就是这里")).to_be_visible()
        return self

    def are(self, count: int) -> LogIns:
        expect(self.page.locator("li.cell")).to_have_count(count)
        return self

    def end_the_other(self, browser: str) -> LogIns:
        row = self.page.get_by_role("listitem").filter(has_text=browser)
        row.get_by_role("button", name="让它退出").click()
        self.page.get_by_role("dialog").get_by_role("button", name="让它退出").click()
        return self
