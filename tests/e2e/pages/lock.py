"""06 解锁: the six digits every volunteer's screen is behind. Journeys pass it here and nowhere else."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import findings

PIN = "274913"
OTHER_PIN = "602846"


class Lock:
    """The lock, standing before whatever screen was asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.locator("[data-lock]")

    def press(self, pin: str) -> Lock:
        for digit in pin:
            self.screen.get_by_role("button", name=digit, exact=True).click()
        return self

    def stands(self) -> Lock:
        expect(self.screen).to_be_visible()
        return self

    def is_gone(self) -> None:
        expect(self.screen).to_have_count(0)

    def asks(self, name: str) -> Lock:
        expect(self.screen).to_contain_text(f"{name}，请输入 6 位密码")
        return self

    def wants_a_choice(self) -> Lock:
        expect(self.screen).to_contain_text("给自己定一个 6 位密码")
        return self

    def choose(self, pin: str = PIN) -> Lock:
        self.wants_a_choice()
        self.press(pin)
        expect(self.screen).to_contain_text("再按一遍")
        return self.press(pin)

    def says(self, words: str | re.Pattern[str]) -> Lock:
        expect(self.screen).to_contain_text(words)
        return self

    def forgot(self) -> Lock:
        self.screen.get_by_role("button", name="忘记密码").click()
        return self

    def go_to_log_in(self) -> None:
        self.screen.get_by_role("button", name="用登录密码进来").click()
        self.page.wait_for_url(re.compile("/login"))

    def by_phone(self) -> Lock:
        self.screen.get_by_role("button", name="打开", exact=True).click()
        return self

    def somebody_else(self) -> None:
        self.screen.get_by_role("link", name="换个人用").click()
        self.page.wait_for_url(re.compile("/login"))

    def switch_to(self, name: str) -> Lock:
        self.screen.get_by_role("button", name=name).click()
        return self.asks(name)


def unlock(page: Page, pin: str = PIN) -> None:
    """Past the lock, if there is one: the first time the person chooses their digits, later they press them."""
    lock = Lock(page)
    page.locator("[data-lock] .ask, .phone:not(.lock), .desk").first.wait_for()
    if not lock.screen.count():
        return
    if "给自己定" in lock.screen.inner_text():
        lock.choose(pin)
    else:
        lock.press(pin)
    lock.is_gone()


def go(page: Page, address: str, pin: str = PIN) -> None:
    """Opens an address and passes the lock."""
    page.goto(address)
    unlock(page, pin)


class ChangeDigits:
    """换 6 位密码: the ones so far, then twice the new."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.locator("[data-change-pin]")

    def press(self, pin: str) -> ChangeDigits:
        for digit in pin:
            self.screen.get_by_role("button", name=digit, exact=True).click()
        return self

    def says(self, words: str) -> ChangeDigits:
        expect(self.screen).to_contain_text(words)
        return self


class Chip:
    """A security chip of the phone, as Chromium plays it for tests: it keeps secrets and knows its owner."""

    def __init__(self, page: Page) -> None:
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("WebAuthn.enable")
        chip = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasPrf": True,
            "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        }  # fmt: skip
        self.id = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": chip})[
            "authenticatorId"
        ]

    def knows(self, owner: bool) -> None:
        self.wire.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": owner}
        )


class ByPhone:
    """用手机的锁打开, and back to six digits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.locator("[data-phone-lock]")

    def press(self, pin: str) -> None:
        for digit in pin:
            self.screen.get_by_role("button", name=digit, exact=True).click()

    def turn_on(self, pin: str) -> None:
        self.page.get_by_role("link", name="用手机的锁打开").click()
        expect(self.screen).to_contain_text("谁能打开手机，谁就能看到名单")
        assert not findings(self.page)
        self.page.get_by_role("button", name="换成手机的锁").click()
        expect(self.screen).to_contain_text("先按现在的 6 位密码")
        self.press(pin)
        expect(self.page.locator(".toasts")).to_contain_text("以后用手机的锁打开")

    def turn_off(self, next_pin: str) -> None:
        self.page.get_by_role("link", name="改回 6 位密码").click()
        self.page.get_by_role("button", name="改回 6 位密码").click()
        expect(self.screen).to_contain_text("再定一个新的")
        self.press(next_pin)
        expect(self.screen).to_contain_text("再按一遍")
        self.press(next_pin)
        expect(self.page.locator(".toasts")).to_contain_text("换好了")
