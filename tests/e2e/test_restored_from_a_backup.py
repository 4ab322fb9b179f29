"""The disk is lost after the backup; a phone brings back what the backup had missed, with its photo, and it counts once (F33)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask_migrate import stamp

from scripts._lib import vault
from server.kit.database import db
from tests.e2e.browser import Watched
from tests.e2e.door_video import frame
from tests.e2e.live import ROOT, LiveServer
from tests.e2e.pages.lock import unlock
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]
WITHIN = 60


def command(server: LiveServer, name: str, *arguments: object) -> str:
    """One of the administrator's commands on this server's data; what it printed."""
    env = {**os.environ, "DATA_DIR": str(server.folder), "DATABASE_URL": "", "LINLI_MODE": "test"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", f"scripts._lib.{name}", *map(str, arguments)],
        cwd=ROOT, env={**env, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def once(look: Callable[[], list[Any]], holds: Callable[[list[Any]], bool]) -> list[Any]:
    """What is seen as soon as it holds, or when it has had time enough to."""
    until = time.monotonic() + WITHIN
    while not holds(found := look()) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def arrived(village: Village, count: int) -> list[dict[str, Any]]:
    """What the committee holds, once there are so many."""
    return once(lambda: stored_visits(village), lambda found: len(found) >= count)


def photos_of_the_last(village: Village) -> list[str]:
    """The photos of the visit that arrived last, once there is one."""
    return once(lambda: list(stored_visits(village)[-1]["photos"]), bool)


def record(today: Today, name: str, words: str, photo: str | None = None) -> Today:
    form = today.home(name).record()
    if photo:
        form.photo(photo)
    form.worries("取暖").says(words).then("请居委会来办").saved()
    return form.finish()


def test_a_visit_the_backup_had_missed_comes_back_from_the_phone_and_counts_once(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    server = village.server
    with server.app.app_context():
        stamp(directory=str(ROOT / "migrations"))
    first, second = village.homes[1], village.homes[2]
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today = record(today, first.name, "暖气不热")
    assert len(arrived(village, 1)) == 1

    key, folder = tmp_path / "key.txt", tmp_path / "backups"
    file = command(server, "backup", folder, "--recipient", vault.make_pair(key))
    picture = tmp_path / "window.jpg"
    frame(village.door(second), 5).save(picture)
    today = record(today, second.name, "窗子关不严", str(picture))
    assert len(arrived(village, 2)) == 2
    (photo,) = photos_of_the_last(village)

    server.stop()
    phone.context.set_offline(True)
    with server.app.app_context():
        db.session.remove()
        db.engine.dispose()
    for lost in server.folder.glob("linli.db*"):
        lost.unlink()
    command(server, "restore", file, "--identity", key)
    server.start()
    assert [one["household_id"] for one in stored_visits(village)] == [first.id]

    phone.context.set_offline(False)
    page.reload()
    unlock(page)
    came_back = arrived(village, 2)
    assert [one["household_id"] for one in came_back] == [first.id, second.id]
    assert [one["answers"]["opinion"] for one in came_back] == ["暖气不热", "窗子关不严"]
    assert photos_of_the_last(village) == [photo]
    records = Records(page, village.origin).open()
    records.waiting(0)
    records.received(2)
    assert len(stored_visits(village)) == 2
