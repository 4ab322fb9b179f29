"""The village of the journeys, visited with a phone whose browser is not Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from scripts._lib.lan import certificates
from tests.e2e.conftest import play, settled, template, village  # noqa: F401 - fixtures
from tests.e2e.live import LiveServer, free_port
from tests.e2e.proxy import Network
from tests.e2e.village import Village
from tests.other_browsers.firefox import Firefox
from tests.other_browsers.phone import Phone
from tests.other_browsers.webkit import Display, Webkit

MakePhone = Callable[[Path, str], Phone]
Certificate = tuple[Path, Path]


def found(*names: str | None) -> str:
    for name in names:
        path = name and shutil.which(name)
        if path:
            return path
    raise AssertionError(f"no {names[-1]}: run scripts/other_browsers, which finds or installs it")


@pytest.fixture(scope="session")
def engine() -> str:
    """What ``scripts/other_browsers`` runs the tests with."""
    return os.environ.get("LINLI_ENGINE", "firefox")


@pytest.fixture(scope="session")
def certificate(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Certificate | None:
    """WebKit keeps no secure cookie of a server without TLS, not even of this machine's; Firefox and Chromium do."""
    if engine != "webkit":
        return None
    made = certificates(tmp_path_factory.mktemp("certificate"), ["127.0.0.1"])
    return made.certificate, made.key


@pytest.fixture(scope="session")
def make_phone(
    request: pytest.FixtureRequest, engine: str, certificate: Certificate | None
) -> Iterator[MakePhone]:
    if certificate:
        driver, display = found("WebKitWebDriver"), Display()
        trusted = certificate[0]
        yield lambda profile, origin: Webkit(display, driver, trusted, profile, origin)
        display.close()
    else:
        playwright: Playwright = request.getfixturevalue("play")
        firefox = found(os.environ.get("FIREFOX"), "firefox-esr")
        yield lambda profile, origin: Firefox(playwright, firefox, profile, origin)


@pytest.fixture
def server(
    tmp_path: Path,
    settled: Callable[[], Village],  # noqa: F811 - a fixture
    certificate: Certificate | None,
) -> Iterator[LiveServer]:
    """A server of its own for every test, with the settled village."""
    live = LiveServer(tmp_path / "server", settled().server.folder, certificate=certificate)
    live.start()
    yield live
    live.stop()


@pytest.fixture
def network(village: Village, certificate: Certificate | None) -> Iterator[Network]:  # noqa: F811 - a fixture
    """Weather between the phone and the server, fair until a test says otherwise."""
    server = village.server
    server.stop()
    server.listens = free_port()
    server.plain()
    server.start()
    between = Network(server.port, server.listens, certificate)
    yield between
    between.close()


@pytest.fixture
def phone(make_phone: MakePhone, village: Village, tmp_path: Path) -> Iterator[Phone]:  # noqa: F811 - a fixture
    """A volunteer's phone with its list, whose app opens without a network."""
    phone = make_phone(tmp_path / "phone", village.origin)
    phone.log_in(village.volunteer)
    yield phone
    phone.close()
