"""Finds a Chromium for the browser tests, and installs one when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts._lib.environment import PYTHON, clean_environment
from scripts._lib.say import Stop, step, timed
from scripts._lib.tools import run_logged

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable",
)  # fmt: skip
SHELL = "chromium-headless-shell"
"""Debian's Chromium without the frame that nobody sees in a test: where it stands beside the whole one, most journeys take it."""
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)


def runs(command: Sequence[str | Path]) -> bool:
    """Whether a program is there and ends well."""
    try:
        answer = subprocess.run(command, check=False, capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _answers(path: str) -> bool:
    return runs([path, "--version"])


def may_install() -> bool:
    """Whether this user may install packages of Debian's."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(name: str, packages: Sequence[str]) -> None:
    """Packages of the system's own archive; a failure is told, the caller looks whether it is there now."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    what = f"安装 {name}（apt） · installing {name} with apt"
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
    try:
        with timed(what):
            run_logged(what, ["apt-get", "update", "-q"], env=env)
            for package in packages:  # one that an archive lacks does not cost those before it
                run_logged(what, [*install, package], env=env)
    except Stop as stop:
        stop.show()


def installed() -> str | None:
    """A browser that is there already: ``CHROMIUM``, the usual names, Playwright's own."""
    for candidate in (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES):
        if candidate and Path(candidate).exists() and _answers(candidate):
            return candidate
    return _playwrights()


def _playwrights() -> str | None:
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run(
        [PYTHON, "-c", code], check=False, capture_output=True, text=True, env=clean_environment()
    )
    path = answer.stdout.strip()
    return path if path and Path(path).exists() and _answers(path) else None


def find_or_install() -> str:
    """The path of a working browser; says what it does. Browser tests are never skipped."""
    found = installed()
    if found:
        step(f"浏览器 browser: {found}")
        return found
    if may_install():
        apt_install("Chromium", ["chromium", SHELL])
        found = installed()
        if found:
            return found
    what = "安装 Chromium（Playwright） · installing Playwright's Chromium"
    with timed(what):
        run_logged(
            what,
            [PYTHON, "-m", "playwright", "install", "chromium"],
            env=clean_environment(),
        )
    found = installed()
    if found is None:
        raise Stop(
            "没有可用的 Chromium。请安装 Chrome、Chromium 或 Edge，或设 CHROMIUM=/路径 后再运行。",
            "No working Chromium. Install Chrome, Chromium or Edge, or set CHROMIUM=/path, and run again.",
        )
    return found
