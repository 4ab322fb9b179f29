"""The faults of a phone in the engines that are not Chromium's: Firefox's and, as on every iPhone, WebKit's.

Not part of ``scripts/test``: the engines are Debian's packages, and a whole browser is killed many times. What is
missing is installed where this user may, otherwise a sentence says how; an engine is never left out in silence.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts._lib import browser, pwa, testing
from scripts._lib.environment import python_environment
from scripts._lib.say import ROOT, Stop, fail, step

FOLDER = ROOT / "tests" / "other_browsers"
HELP = """scripts/other_browsers                    Firefox 和 WebKitGTK · both engines
scripts/other_browsers firefox|webkit     一个 · one of them
scripts/other_browsers webkit -k wifi     其余交给 pytest · options go to pytest
LINLI_KILLS=200                           杀多少次（默认 20）· how often the phone is killed (F36)
FIREFOX=/path                             另一个 Firefox · another Firefox"""
_WINDOW = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"


@dataclass(frozen=True)
class Engine:
    """What draws the screens, its Debian packages, and what cannot be shown with it."""

    name: str
    packages: tuple[str, ...]
    limits: str

    def missing(self) -> list[str]:
        """What is not on this machine, by Debian's name."""
        return [package for package in self.packages if not _there(package)]


def _there(package: str) -> bool:
    if package == "firefox-esr":
        return bool(shutil.which(os.environ.get("FIREFOX") or "firefox-esr"))
    if package == "webkit2gtk-driver":
        return bool(shutil.which("WebKitWebDriver"))
    if package == "xvfb":
        return bool(shutil.which("Xvfb"))
    python = Path("/usr/bin/python3")  # the system's own: these come with its packages alone
    code = _WINDOW if package.startswith("gir1.2") else "import gi"
    return python.exists() and browser.runs([python, "-c", code])


ENGINES = {
    "firefox": Engine(
        "Firefox",
        ("firefox-esr",),
        "数据库断开是在页面里做出来的 · F43 is made inside the page: the databases are kept by the browser itself",
    ),
    "webkit": Engine(
        "WebKitGTK",
        ("webkit2gtk-driver", "gir1.2-webkit2-4.1", "python3-gi", "xvfb"),
        "不能让它知道断网，也看不到它问了谁 · it cannot be told that it is offline (the server is away instead), its"
        " requests and complaints are not watched, and F43 is made inside the page: with the process of databases"
        " killed, WebDriver answers no more",
    ),
}


def ready(engine: Engine) -> None:
    """Installs what an engine lacks, or stops with a sentence that says what to install."""
    missing = engine.missing()
    if missing and browser.may_install():
        browser.apt_install(engine.name, missing)
        missing = engine.missing()
    if missing:
        wanted = " ".join(missing)
        raise Stop(
            f"{engine.name} 还缺软件包。Debian 请先运行：sudo apt install {wanted}",
            f"{engine.name} is not complete here. On Debian run: sudo apt install {wanted}",
        )


def main() -> int:
    given = sys.argv[1:]
    if given and given[0] in ("-h", "--help"):
        print(HELP)
        return 0
    chosen = [one for one in given if one in ENGINES] or list(ENGINES)
    options = [one for one in given if one not in ENGINES]
    if options and not options[0].startswith("-"):
        raise Stop(
            f"没有这个浏览器：{options[0]}（有 firefox、webkit）",
            f"There is no such engine: {options[0]} (there are firefox and webkit)",
        )
    if sys.platform != "linux":
        raise Stop(
            "这个命令要在 Debian 上运行。",
            "This command needs Debian: its engines are Debian's packages.",
        )
    python_environment("dev")
    for name in chosen:
        ready(ENGINES[name])
    pwa.packages()
    pwa.build()
    runs = []
    for name in chosen:
        engine = ENGINES[name]
        step(f"{engine.name} · {engine.limits}")
        runs.append(
            testing.pytest(
                f"pytest · {engine.name}", "-s", *options, str(FOLDER), LINLI_ENGINE=name
            )
        )
    return testing.report(runs)


if __name__ == "__main__":
    sys.exit(fail(main))
