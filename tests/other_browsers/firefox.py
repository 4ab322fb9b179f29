"""A phone drawn by Firefox: Debian's, as it is, driven by WebDriver BiDi through the pages of the journeys."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright, expect

from tests.e2e.browser import PHONE, ROOT, Watched, fonts
from tests.e2e.pages.lock import go, unlock
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Household, Records, Today, VisitForm
from tests.e2e.village import Home, Human
from tests.other_browsers.phone import THEN, WORRY
from tests.other_browsers.processes import kill, of_profile

PREFERENCES = {"services.settings.server": "data:,#remote-settings-dummy/v1"}
"""Nothing is fetched for the browser itself; the rest Playwright switches off."""
TAPPED = """(button, ms) => {
  setTimeout(() => button.click(), Math.max(0, -ms))
  return new Promise((done) => setTimeout(done, Math.max(0, ms)))
}"""
STANDS = "[data-lock] .ask, .phone:not(.lock)"
SPENT = "() => performance.now()"


class Firefox:
    """See :class:`tests.other_browsers.phone.Phone`."""

    def __init__(self, play: Playwright, executable: str, profile: Path, origin: str) -> None:
        self.play, self.executable, self.profile, self.origin = play, executable, profile, origin
        profile.mkdir(parents=True, exist_ok=True)
        self.gate = profile.with_suffix(".gate")
        gate = [sys.executable, "-m", "tests.other_browsers.firefox_gate", executable]
        self.gate.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec {shlex.join(gate)} "$@"\n')  # fmt: skip
        self.gate.chmod(0o700)
        self.seen: list[Watched] = []
        self._launch()

    def _launch(self) -> None:
        context = self.play.firefox.launch_persistent_context(
            str(self.profile), channel="moz-firefox", executable_path=str(self.gate),
            env=fonts(self.profile), firefox_user_prefs=PREFERENCES, locale="zh-CN",
            timezone_id="Asia/Shanghai", viewport=PHONE, device_scale_factor=2, has_touch=True,
        )  # fmt: skip
        context.set_default_timeout(40_000)
        self.watched = Watched(context, self.origin)
        self.seen.append(self.watched)

    @property
    def page(self) -> Page:
        return self.watched.page()

    def log_in(self, person: Human) -> None:
        LogIn(self.page, self.origin).open().enter(person.phone, person.password)
        today = Today(self.page, self.origin).open()
        self.page.locator("a.hh").first.wait_for()
        today.is_whole()
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def open(self, path: str) -> float:
        self.page.goto(self.origin + path)
        self.page.locator(STANDS).first.wait_for()
        spent = float(self.page.evaluate(SPENT))
        unlock(self.page)
        return spent

    def lists(self, home: Home) -> None:
        Today(self.page, self.origin).shows(home.name)

    def begin(self, home: Home) -> None:
        go(self.page, f"{self.origin}/h/{home.id}")
        Household(self.page, self.origin).of(home.name).record()

    def answer(self, says: str) -> None:
        for chip in (WORRY, THEN):
            if not self._form.chosen(chip):
                self._form.worries(chip)
        self._form.says(says).saved()

    def answers(self) -> tuple[bool, str]:
        said = self.page.get_by_label("住户说了什么？")
        return self._form.chosen(WORRY), said.input_value()

    @property
    def _form(self) -> VisitForm:
        return VisitForm(self.page, self.origin)

    def finish(self) -> None:
        self._form.finish()

    def tap_finish_and_wait(self, milliseconds: int) -> None:
        self._form.button("记好了").evaluate(TAPPED, milliseconds)

    @property
    def _records(self) -> Records:
        return Records(self.page, self.origin)

    def records(self) -> None:
        self._records.tab("本机记录")

    def waiting(self) -> int:
        return self._records.count_waiting()

    def waits(self, count: int) -> None:
        self._records.waiting(count)

    def received(self, count: int) -> None:
        self._records.received(count)

    def try_now(self) -> None:
        gone = self.page.get_by_text("这台手机上没有要传的")
        expect(self._records.button("现在试传").or_(gone)).to_be_visible()
        if not gone.count():
            self._records.button("现在试传").evaluate("button => button.click()")

    def says(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"() => {{ {script} }}")

    def offline(self, away: bool) -> None:
        self.watched.context.set_offline(away)

    def die(self) -> None:
        kill(of_profile(self.profile))
        with suppress(Error):
            self.watched.close()
        self._launch()

    def close(self) -> None:
        self.watched.close()
        for one in self.seen:
            one.verify()
