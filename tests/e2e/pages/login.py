"""The log-in."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.lock import PIN, unlock


class LogIn:
    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    def open(self) -> LogIn:
        self.page.goto(self.origin + "/login")
        return self

    def enter(self, phone: str, password: str, pin: str = PIN) -> None:
        self.page.get_by_label("手机号", exact=False).fill(phone)
        self.page.locator("input[type=password]").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(re.compile(r"^[^?]*/(today|c/.*|me|records|h/.*)$"))
        unlock(self.page, pin)

    def tells_of_waiting(self, name: str, count: int) -> None:
        expect(self.page.locator("body")).to_contain_text(re.compile(f"{name}.*{count} 条"))
