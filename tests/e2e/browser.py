"""Chromium as the journeys use it: a phone or a desk, watched for anything it must never do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright, Request

ROOT = Path(__file__).resolve().parents[2]
QUIET = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--no-default-browser-check",
    # One such flag puts the other out: the first three lines are Playwright's own. The last are parts of the
    # browser's frame that nobody sees here and that take a tenth of the processor.
    "--disable-features=AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,"
    "NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,ThirdPartyStoragePartitioning,"
    "WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,WebUIOmniboxPopup",
]  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
_EXPECTED = ("net::ERR_", "Failed to load resource")
"""What a browser says by itself when the network is away or an answer is not 200."""


def fonts(folder: Path) -> dict[str, str]:
    """An environment in which Chinese is drawn with the font the product ships for print."""
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{ROOT / 'server/kit/fonts'}</dir><cachedir>{folder / 'font-cache'}</cachedir>"
        "</fontconfig>"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config)}  # type: ignore[dict-item]  # Playwright takes text values only and these are


def arguments(film: Path | None = None, *, microphone: bool = False) -> list[str]:
    given = [*QUIET]
    if microphone:  # the browser's own, which hears a beep each second
        given += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        given.append("--no-sandbox")
    if film:
        given += [
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]  # fmt: skip
    return given


@dataclass
class Watched:
    """A browser window and everything about it that must not happen."""

    context: BrowserContext
    origin: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(
            self.origin + "/"
        ):
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in _EXPECTED):
            self.complaints.append(message.text)

    def verify(self) -> None:
        """No foreign origin was asked (S35), nothing broke, and no content policy was touched (S33)."""
        assert not self.foreign, "\n".join(self.foreign)
        bad = [one for one in self.complaints if not any(word in one for word in self.forgiven)]
        assert not bad, "\n".join(bad)

    def page(self) -> Page:
        pages = self.context.pages
        return pages[0] if pages else self.context.new_page()

    def close(self) -> None:
        self.context.close()


def open_profile(
    play: Playwright, executable: str, profile: Path, origin: str, *, film: Path | None = None,
    microphone: bool = False, desk: bool = False, **more: Any,
) -> Watched:  # fmt: skip
    """A browser with a profile on disk: what it keeps is there again when it is opened anew."""
    profile.mkdir(parents=True, exist_ok=True)
    shape: dict[str, Any] = (
        {"viewport": DESK}
        if desk
        else {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
    )
    context = play.chromium.launch_persistent_context(
        str(profile), executable_path=executable, args=arguments(film, microphone=microphone), env=fonts(profile),
        locale="zh-CN", timezone_id="Asia/Shanghai", **{**shape, **more},
    )  # fmt: skip
    context.set_default_timeout(40_000)
    return Watched(context, origin)


def sign_in(watched: Watched, phone: str, password: str) -> None:
    """The log-in at the API, for journeys that are about something else."""
    answer = watched.context.request.post(
        f"{watched.origin}/api/v1/auth/login",
        data={"phone": phone, "password": password},
        headers={"X-Linli": "1", "Origin": watched.origin},
    )
    assert answer.ok, answer.text()
    page = watched.page()
    page.goto(watched.origin + "/forbidden")
    page.evaluate("localStorage.setItem('linli.known', '1')")


INSTALL = """async () => {
  const { installing } = await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' })
  if (installing) await new Promise((done, fail) => installing.addEventListener('statechange', () => {
    if (installing.state === 'activated') done()
    if (installing.state === 'redundant') fail(new Error('the worker was not installed'))
  }))
  return [...(await indexedDB.databases()).map(({ name }) => name), ...Object.keys(localStorage)]
}"""


def install(watched: Watched) -> None:
    """The app's own files, kept by its worker, from a page on which no line of the app runs."""
    page = watched.page()
    page.goto(watched.origin + "/manifest.webmanifest")
    assert page.evaluate(INSTALL) == [], "a phone begins with something of somebody"


def until(page: Page, condition: str) -> None:
    """Waits for what only a promise can tell; `wait_for_function` takes the promise itself for a yes."""
    page.evaluate(
        f"async () => {{ const holds = {condition};"
        " while (!(await holds())) await new Promise((next) => requestAnimationFrame(next)) }"
    )


@contextmanager
def stilled(page: Page) -> Iterator[None]:
    """None of the page's code runs, as in a tab the phone has frozen; what it holds it goes on holding.

    `Page.setWebLifecycleState` does not do it here: it freezes what nobody sees, and to Playwright's focus every
    page is seen.
    """
    line = page.context.new_cdp_session(page)
    line.send("Debugger.enable")
    line.send("Debugger.pause")
    try:
        yield
    finally:
        line.send("Debugger.disable")
        line.detach()


def kill(page: Page) -> None:
    """The page dies without a chance to say goodbye, as when the phone takes its memory."""
    with suppress(Error):
        page.goto("chrome://crash", timeout=5_000)
