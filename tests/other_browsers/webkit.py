"""A phone drawn by WebKitGTK, the engine of Safari and of every browser on an iPhone, driven by Debian's WebKitWebDriver."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

from tests.e2e.browser import fonts
from tests.e2e.pages.lock import PIN
from tests.e2e.village import Home, Human
from tests.other_browsers.phone import THEN, UNSURE, WORRY
from tests.other_browsers.processes import kill, of_profile

WINDOW = Path(__file__).with_name("webkit_window.py")
T = TypeVar("T")
NOT_YET = (WebDriverException, IndexError, StopIteration)
OPINION = "住户说了什么？"
SHOWN = """const [css, name] = arguments
return [...document.querySelectorAll(css)].filter((one) => one.checkVisibility({ visibilityProperty: true })
  && (!name || one.innerText.trim() === name || one.ariaLabel === name))"""
KEPT = "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true))"
TAPPED = """const [button, ms, done] = arguments
setTimeout(() => button.click(), Math.max(0, -ms))
setTimeout(done, Math.max(0, ms))"""


class Display:
    """A screen that nobody sees; WebKitGTK has no headless mode."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "800x900x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.name = f":{self._process.stdout.readline().strip()}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


class Webkit:
    """See :class:`tests.other_browsers.phone.Phone`."""

    def __init__(
        self, display: Display, driver: str, certificate: Path, profile: Path, origin: str
    ) -> None:
        self.display, self.driver, self.certificate = display, driver, certificate
        self.profile, self.origin = profile, origin
        profile.mkdir(parents=True, exist_ok=True)
        self._launch()

    def _launch(self) -> None:
        options = WebKitGTKOptions()
        options.set_capability("browserName", "Linli")
        options.binary_location = str(WINDOW)
        options.add_argument(f"--profile={self.profile}")
        options.add_argument(f"--certificate={self.certificate}")
        env = {**fonts(self.profile), "DISPLAY": self.display.name, "TZ": "Asia/Shanghai", "LANG": "C.UTF-8"}  # fmt: skip
        service = Service(self.driver, env=env, log_output=str(self.profile / "driver.log"))
        self.web = WebKitGTK(options=options, service=service)
        self.web.set_script_timeout(UNSURE)

    def _until(self, holds: Callable[[], T]) -> T:
        """Asks again until it is so; what is drawn anew meanwhile counts as not yet."""
        return WebDriverWait(self.web, UNSURE, 0.05, ignored_exceptions=NOT_YET).until(
            lambda _: holds()
        )

    def _all(self, css: str, name: str = "") -> list[WebElement]:
        """What is shown; with a name what is called so, as a person or a screen reader reads it."""
        found: list[WebElement] = self.web.execute_script(SHOWN, css, name)
        return found

    def _named(self, css: str, name: str) -> WebElement:
        return self._all(css, name)[0]

    def _button(self, name: str) -> WebElement:
        return self._until(lambda: self._named("button", name))

    def _tap(self, find: Callable[[], WebElement]) -> None:
        def tapped() -> bool:
            find().click()
            return True

        self._until(tapped)

    def _text(self) -> str:
        return self.web.find_element(By.TAG_NAME, "body").text

    def log_in(self, person: Human) -> None:
        self.web.get(self.origin + "/login")
        for name, value in (("username", person.phone), ("password", person.password)):
            self._until(lambda name=name: self._all(f"input[name={name}]")[0]).send_keys(value)
        self._tap(lambda: self._named("button", "登录"))
        self._until(lambda: "/login" not in self.web.current_url)
        self._unlock()
        self.open("/today")
        self._until(lambda: self._all("a.hh"))
        self._until(lambda: not self.web.find_elements(By.CSS_SELECTOR, "[aria-busy=true]"))
        assert self.web.execute_async_script(KEPT)

    def _unlock(self) -> None:
        self._until(lambda: self._all("[data-lock] .ask, .phone:not(.lock)"))
        if not self._all("[data-lock]"):
            return
        asked = self._all("[data-lock]")[0].text
        self._press()
        if "给自己定" in asked:
            self._until(lambda: "再按一遍" in self._all("[data-lock]")[0].text)
            self._press()
        try:
            self._until(lambda: not self.web.find_elements(By.CSS_SELECTOR, "[data-lock]"))
        except TimeoutException as late:
            raise AssertionError(f"still locked, saying: {self._text()}") from late

    def _press(self) -> None:
        for digit in PIN:
            self._tap(lambda digit=digit: self._named("[data-lock] button", digit))

    def open(self, path: str) -> float:
        self.web.get(self.origin + path)
        self._until(lambda: self._all("[data-lock] .ask, .phone:not(.lock)"))
        spent = float(self.web.execute_script("return performance.now()"))
        self._unlock()
        return spent

    def lists(self, home: Home) -> None:
        self._until(lambda: any(home.name in one.text for one in self._all("a.hh")))

    def begin(self, home: Home) -> None:
        self.open(f"/h/{home.id}")
        self._until(lambda: self._named("h2", home.name))
        ways = ("见到了，开始记", "接着记")
        self._tap(lambda: next(a for a in self._all("a") if any(w in a.text for w in ways)))
        self._until(self._opinion)

    def _opinion(self) -> WebElement:
        label = next(one for one in self._all("label") if OPINION in one.text)
        return self.web.find_element(By.ID, label.get_attribute("for") or "")

    def answer(self, says: str) -> None:
        for chip in (WORRY, THEN):
            if not self._pressed(chip):
                self._tap(lambda chip=chip: self._named("button", chip))
            self._until(lambda chip=chip: self._pressed(chip))
        field = self._until(self._opinion)
        field.clear()
        field.send_keys(says)
        self.web.execute_script("arguments[0].blur()", field)
        self._until(lambda: "已存" in self._all(".auto[aria-busy=false]")[0].text)

    def _pressed(self, chip: str) -> bool:
        return self._button(chip).get_attribute("aria-pressed") == "true"

    def answers(self) -> tuple[bool, str]:
        return self._pressed(WORRY), str(self._until(self._opinion).get_property("value"))

    def finish(self) -> None:
        self._tap(lambda: self._named("button", "记好了"))
        self._until(lambda: any("已存在本机" in one.text for one in self._all(".toasts")))

    def tap_finish_and_wait(self, milliseconds: int) -> None:
        self.web.execute_async_script(TAPPED, self._button("记好了"), milliseconds)

    def records(self) -> None:
        self._tap(lambda: next(one for one in self._all("nav a") if "本机记录" in one.text))

    def _hero(self) -> str:
        return self._until(lambda: self._all(".hero h2")[0].text)

    def waiting(self) -> int:
        known = ("还在这台手机上", "没有要传的")
        words = self._until(lambda: next(w for w in [self._hero()] if any(k in w for k in known)))
        return int(words.split()[0]) if known[0] in words else 0

    def waits(self, count: int) -> None:
        words = f"{count} 条还在这台手机上" if count else "这台手机上没有要传的"
        self._until(lambda: self._hero() == words)

    def received(self, count: int) -> None:
        self.says(f"居委会已收到 · 7 天内 {count}")

    def try_now(self) -> None:
        def tried() -> bool:
            if "没有要传的" not in self._hero():
                self._named("button", "现在试传").click()
            return True

        self._until(tried)

    def says(self, words: str) -> None:
        self._until(lambda: words in self._text())

    def run(self, script: str) -> Any:
        return self.web.execute_script(script)

    def offline(self, away: bool) -> None:
        """Cannot be told: WebDriver has no word for it, and the engine asks the system."""

    def die(self) -> None:
        driver = self.web.service.process
        kill(
            [*of_profile(self.profile), driver.pid]
        )  # a driver without its browser waits for an answer
        driver.wait()
        self.web.service.stop()
        self._launch()

    def _end(self) -> None:
        with suppress(WebDriverException, OSError):
            self.web.quit()
        self.web.service.stop()

    def close(self) -> None:
        self._end()
