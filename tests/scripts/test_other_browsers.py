"""``scripts/other_browsers`` leaves no engine out in silence, and ``scripts/test`` does not come upon its tests."""

from __future__ import annotations

import sys
import tomllib

import pytest

from scripts._lib import browser, other_browsers
from scripts._lib.say import ROOT, Stop


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any of the engines, and a user who may not install."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("FIREFOX", "")
    monkeypatch.setattr(browser, "may_install", lambda: False)
    monkeypatch.setattr(browser, "runs", lambda _command: False)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("engine", "packages"),
    [
        ("firefox", "firefox-esr"),
        ("webkit", "webkit2gtk-driver gir1.2-webkit2-4.1 python3-gi xvfb"),
    ],
)
def test_a_missing_engine_stops_the_command_and_is_named(engine: str, packages: str) -> None:
    with pytest.raises(Stop, match=f"sudo apt install {packages}") as stop:
        other_browsers.ready(other_browsers.ENGINES[engine])
    assert stop.value.code != 0


def test_an_engine_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["other_browsers", "presto"])
    with pytest.raises(Stop, match="no such engine: presto"):
        other_browsers.main()


def test_the_folder_is_run_by_its_own_command_alone() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    folder = other_browsers.FOLDER.relative_to(ROOT).as_posix()
    assert folder in settings["norecursedirs"]
    assert list(other_browsers.FOLDER.glob("test_*.py"))
