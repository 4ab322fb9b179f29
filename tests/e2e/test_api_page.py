"""The API page: in development from our own origin under the strict policy, in production not there at all (S33, S35)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from server.app import create_app
from server.config import Config
from tests.e2e.browser import open_profile


def config(place: Path, mode: str) -> Config:
    return Config(
        data_dir=place, database_url=f"sqlite:///{place / 'x.db'}", keys_file=place / "keys.json",
        mode=mode, pwa_dist=place,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["production", "test"])
def test_without_development_there_is_no_page(tmp_path: Path, mode: str) -> None:
    client = create_app(config(tmp_path, mode)).test_client()
    assert client.get("/api/v1/docs").status_code == 404
    assert client.get("/api/v1/docs.css").status_code == 404


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(config(tmp_path, "development")), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_in_development_the_contract_can_be_read_and_nothing_foreign_is_asked(
    origin: str, play: Playwright, chromium: str, tmp_path: Path
) -> None:
    watched = open_profile(play, chromium, tmp_path / "reader", origin, desk=True)
    page = watched.page()
    page.goto(origin + "/api/v1/docs")
    call = page.locator("details", has_text="/api/v1/door-codes/").first
    call.locator("summary").click()
    call.get_by_role("rowheader", name="area_id").wait_for()
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1024px"
    page.screenshot(path=tmp_path / "page.png")
    watched.close()
    watched.verify()
