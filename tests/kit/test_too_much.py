"""A request that asks too much of the database, or of a pattern, is stopped and told so (S52)."""

from __future__ import annotations

import importlib
import pkgutil
import re
import resource
import subprocess
import sys
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

import server
from server.kit import database
from server.kit.database import db
from server.kit.errors import TooMuch
from server.kit.unit_of_work import transaction

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def soon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bounds, nearer."""
    monkeypatch.setattr(database, "MOST_STEPS", 2)
    monkeypatch.setattr(database, "LONGEST_STATEMENT", 1)
    db.session.remove()
    db.engine.dispose()


@pytest.mark.usefixtures("soon")
def test_a_request_that_would_never_end_is_stopped_with_a_sentence(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(TooMuch), transaction(write=False):
            db.session.execute(text(ENDLESS))
        with transaction(write=False):
            assert db.session.execute(text("SELECT 1")).scalar_one() == 1


@pytest.mark.usefixtures("soon")
def test_what_it_had_written_is_not_stored(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(TooMuch), transaction(write=True):
        db.session.execute(text("DELETE FROM area"))
        db.session.execute(text(ENDLESS))
    with transaction(write=False):
        assert db.session.execute(text("SELECT count(*) FROM area")).scalar_one() > 0


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("soon")
def test_a_job_takes_the_time_it_needs(app: Flask) -> None:
    long = ENDLESS.replace("FROM n)", "FROM n WHERE i < 1000000)")
    with transaction(write=False):
        assert db.session.execute(text(long)).scalar_one() == 1_000_000
    with app.test_request_context(), pytest.raises(TooMuch), transaction(write=False):
        db.session.execute(text(long))


EVIL = [  # longer than any field of the contract takes
    sign * 4_000 + tail
    for sign in ("a", "1", " ", "-", ".", "竹", "a1", "1-", "a.", "\\", "(", "<", "=1", "{{")
    for tail in ("", "!", "\x00", "竹竹")
]


def patterns() -> list[tuple[str, re.Pattern[Any]]]:
    """Every pattern the server keeps ready."""
    found = []
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name in ("server.wsgi", "server.__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found.append((f"{module.name}.{name}", value))
    return found


@pytest.mark.static
def test_no_pattern_of_the_server_can_be_made_to_think_for_ever() -> None:
    """All of them over all evil texts, in a child that is given a bounded share of the processor."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.kit.test_too_much"],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)),
    )  # fmt: skip
    assert child.returncode == 0, child.stdout[-500:] + child.stderr[-2000:]
    assert int(child.stdout.split()[-1]) > 20


def _try_all() -> None:
    seen = 0
    for name, pattern in patterns():
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        for text_ in EVIL:
            said: Any = text_.encode() if isinstance(pattern.pattern, bytes) else text_
            pattern.match(said)
            pattern.fullmatch(said)
            pattern.search(
                said[:200] + said[-2:]
            )  # one that is only ever matched whole may look twice for each sign
        seen += 1
    sys.stdout.write(f"{seen}\n")


if __name__ == "__main__":
    _try_all()
