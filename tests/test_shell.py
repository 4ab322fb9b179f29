"""What a browser gets of the program itself."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def dist(app: Flask) -> Path:
    folder: Path = app.config["LINLI"].pwa_dist
    (folder / "assets/app-1.js").write_text("export {}")
    (folder / "assets/app-1.js.gz").write_bytes(gzip.compress(b"export {}"))
    return folder


def test_a_browser_that_unpacks_gets_the_packed_copy(client: FlaskClient, dist: Path) -> None:
    answer = client.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype in ("text/javascript", "application/javascript")
    assert gzip.decompress(answer.data) == b"export {}"


def test_a_browser_that_does_not_gets_the_plain_one(client: FlaskClient, dist: Path) -> None:
    answer = client.get("/assets/app-1.js")
    assert (answer.data, answer.headers.get("Content-Encoding")) == (b"export {}", None)


def test_assets_are_kept_for_ever_and_the_shell_is_asked_for_each_time(
    client: FlaskClient, dist: Path
) -> None:
    assert "immutable" in client.get("/assets/app-1.js").headers["Cache-Control"]
    assert client.get("/today").headers["Cache-Control"] == "no-cache"


def test_a_missing_file_never_looks_like_a_page(client: FlaskClient, dist: Path) -> None:
    assert client.get("/assets/gone-2.js").status_code == 404
    assert client.get("/gone.js").status_code == 404


def test_nothing_outside_the_build_is_served(client: FlaskClient, dist: Path) -> None:
    (dist.parent / "secret.txt").write_text("canary")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert b"canary" not in client.get(path).data
