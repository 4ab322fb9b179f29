"""Killed at any point of taking a piece, the server never claims a byte it has not (F24)."""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from server.attachments import upkeep
from server.kit.database import db
from server.kit.ids import new_id
from tests.attachments.killed import POINTS
from tests.factories.people import make_person
from tests.factories.phones import make_phone
from tests.factories.uploads import PIECE, TUS, Sending, a_month_of, plain_photo

CHILD = """
import sys
from pathlib import Path
from server.app import create_app
from server.config import Config
from tests.attachments import killed
killed.work(create_app(Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2],
    keys_file=Path(sys.argv[1]) / "keys.json", mode="test", own_origins=("http://localhost",))))
"""
AT_THE_END = (
    "whole_not_decoded",
    "picture_stored",
    "photo_not_committed",
    "photo_committed",
    "piece_files_dropped",
)


@pytest.fixture(scope="module")
def servers(session_app: Flask) -> Iterator[subprocess.Popen[str]]:
    """Makes a server for each piece and lets it die."""
    config = session_app.config["LINLI"]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(config.data_dir), config.database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
        text=True,
    ) as made:
        yield made
        assert made.stdin is not None
        made.stdin.close()


def send_and_die(
    servers: subprocess.Popen[str], sending: Sending, point: str, upload: str, at: int, data: bytes
) -> None:
    """Send a piece to a server of its own that dies at this point."""
    headers = {
        **TUS,
        **sending.phone.person.headers(),
        "Upload-Offset": str(at),
        "Content-Type": PIECE,
    }
    told = {
        "point": point,
        "path": f"/api/v1/attachments/uploads/{upload}",
        "headers": headers,
        "body": base64.b64encode(data).decode(),
    }
    assert servers.stdin is not None
    assert servers.stdout is not None
    servers.stdin.write(json.dumps(told) + "\n")
    servers.stdin.flush()
    assert servers.stdout.readline() == f"{-signal.SIGKILL}\n", "it did not come to this point"


def files(data_dir: Path, room: str) -> int:
    return len([path for path in (data_dir / room).rglob("*") if path.is_file()])


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_offset_is_durable_and_the_photo_comes_whole(
    servers: subprocess.Popen[str], client: FlaskClient, data_dir: Path, point: str
) -> None:
    sending = Sending(make_phone(make_person("volunteer"), client))
    data, visit = plain_photo(), new_id()
    upload = sending.begun(visit, data)
    cut = len(data) // 3
    assert sending.piece(upload, 0, data[:cut]).status_code == 204
    end = len(data) if point in AT_THE_END else 2 * cut
    db.session.remove()
    send_and_die(servers, sending, point, upload, cut, data[cut:end])

    here = sending.offset(upload)
    committed = point in ("offset_committed", "photo_committed", "piece_files_dropped")
    assert here == (end if committed else cut)
    if here < len(data):
        assert sending.piece(upload, here, data[here:]).status_code == 204
    assert sending.offset(upload) == len(data)
    worker = make_person("committee")
    shown = worker.call(client, "GET", f"/attachments/{upload}")
    assert Image.open(io.BytesIO(shown.data)).size == (60, 40)

    a_month_of(upkeep.drop_orphans)
    assert (files(data_dir, "uploads"), files(data_dir, "attachments")) == (0, 1)
    assert worker.call(client, "GET", f"/attachments/{upload}").status_code == 200
