"""Fixtures of the journeys: a real server, a real Chromium, an invented committee."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from server.kit import clock
from tests.e2e.browser import Watched, install, open_profile, sign_in
from tests.e2e.live import ROOT, LiveServer, free_port, make_template
from tests.e2e.proxy import Network
from tests.e2e.village import Human, Village, settled_again, settled_once

expect.set_options(timeout=30_000)
OpenPhone = Callable[..., Watched]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser `scripts/test` found, or one on the path."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = name and shutil.which(name)
        if found:
            return found
    raise AssertionError("no Chromium: run scripts/test, which finds or installs one")


@pytest.fixture(scope="session")
def shell(chromium: str) -> str:
    """The same Chromium without the frame that nobody sees, where it is installed beside the whole one."""
    beside = Path(chromium).with_name("chromium-headless-shell")
    return str(beside) if beside.is_file() else chromium


@pytest.fixture(scope="session")
def play() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (ROOT / "pwa/dist/sw.js").is_file(), (
        "no build of the PWA: run scripts/start --build-only"
    )
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def settled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Village]:
    """The village as its people settled it today: made once, as its visits are due by the day."""

    @cache
    def on(day: date) -> Village:
        return settled_once(template, tmp_path_factory.mktemp("settled") / str(day))

    return lambda: on(clock.today())


@pytest.fixture(scope="session")
def port() -> int:
    """Where all servers of this run listen, one after the other: to a browser it is one place."""
    return free_port()


@pytest.fixture(scope="session")
def installed(
    play: Playwright, shell: str, template: Path, port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:  # fmt: skip
    """A browser's profile with the app's own files and nothing else: putting them there is a third of a journey."""
    folder = tmp_path_factory.mktemp("installed")
    live = LiveServer(folder / "server", template, port)
    live.start()
    one = open_profile(play, shell, folder / "profile", live.origin, bypass_csp=True)
    try:
        install(one)
    finally:
        one.close()
        live.stop()
    one.verify()
    return folder / "profile"


@pytest.fixture
def server(
    request: pytest.FixtureRequest, tmp_path: Path, template: Path, port: int
) -> Iterator[LiveServer]:
    """A server of its own for every journey: with an empty committee, or with the settled village."""
    begin = template
    if "settled" in request.fixturenames:
        begin = request.getfixturevalue("settled")().server.folder
    live = LiveServer(tmp_path / "server", begin, port)
    live.start()
    yield live
    live.stop()


@pytest.fixture
def network(village: Village) -> Iterator[Network]:
    """Weather between the phones and the server, fair until a test says otherwise."""
    server = village.server
    server.stop()
    server.listens = free_port()
    server.start()
    between = Network(server.port, server.listens)
    yield between
    between.close()


@pytest.fixture
def village(server: LiveServer, settled: Callable[[], Village]) -> Village:
    """People, three homes, three visits, three doors."""
    return settled_again(settled(), server)


@pytest.fixture
def open_browser(
    play: Playwright, chromium: str, shell: str, installed: Path, server: LiveServer, tmp_path: Path
) -> Iterator[OpenPhone]:
    """Opens browsers by the name of their profile; checks each of them at the end.

    Each holds the app's own files already, unless it is ``new`` and was never here, as a ``whole`` one is, which
    a journey asks for that is about what the shell has not: notifications, or all a browser writes to the disk.
    """
    opened: list[Watched] = []

    def open_(
        name: str = "phone", *, new: bool = False, whole: bool = False, **more: object
    ) -> Watched:
        if not (new or whole or "service_workers" in more or (tmp_path / name).exists()):
            shutil.copytree(installed, tmp_path / name)
        program = chromium if whole else shell
        one = open_profile(play, program, tmp_path / name, server.origin, **more)  # type: ignore[arg-type]  # passed through as given
        opened.append(one)
        return one

    yield open_
    for one in opened:
        one.close()
    for one in opened:
        one.verify()


@pytest.fixture
def phone_of(open_browser: OpenPhone) -> Callable[..., Watched]:
    """A phone on which this person has just logged in."""

    def open_(person: Human, name: str = "phone", **more: object) -> Watched:
        watched = open_browser(name, **more)
        sign_in(watched, person.phone, person.password)
        return watched

    return open_
