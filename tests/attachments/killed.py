"""The server that the kill test kills: it stops itself by SIGKILL at a named point of taking a piece.

The points are the calls the product makes anyway; nothing in the product knows of them.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from server.attachments import pictures, repository, service, uploads
from server.kit import storage

POINTS = (
    "before_the_piece",
    "piece_half_written",
    "piece_written",
    "piece_named",
    "offset_moved_not_committed",
    "offset_committed",
    "whole_not_decoded",
    "picture_stored",
    "photo_not_committed",
    "photo_committed",
    "piece_files_dropped",
)


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(place: Any, name: str, *, when: Callable[..., bool] = lambda *_, **__: True) -> None:
    real = getattr(place, name)

    def then_die(*given: Any, **named: Any) -> Any:
        told = real(*given, **named)
        if when(*given, **named):
            die()
        return told

    setattr(place, name, then_die)


def arm(point: str) -> None:
    """Have the process end at a point."""
    room_is = lambda room: lambda given, *_: given == room  # noqa: E731 - a name for a condition
    if point == "before_the_piece":
        storage.put = die  # type: ignore[assignment]  # the kill point
    elif point == "piece_half_written":
        _half_written()
    elif point == "piece_written":
        after(storage.os, "fsync")
    elif point == "piece_named":
        after(storage, "put", when=room_is(uploads.PARTS))
    elif point == "offset_moved_not_committed":
        after(repository, "move")
    elif point in ("offset_committed", "photo_committed"):
        after(Session, "commit", when=_wrote)
    elif point == "whole_not_decoded":
        pictures.remade = die  # type: ignore[assignment]  # the kill point
    elif point == "picture_stored":
        after(storage, "put", when=room_is(uploads.ROOM))
    elif point == "photo_not_committed":
        after(service, "take_in")
    elif point == "piece_files_dropped":
        after(storage, "drop")


def _wrote(session: Session) -> bool:
    return bool(session.info.get("linli_killed_writes"))


def _half_written() -> None:
    real = storage._write

    def half(fresh: Path, path: Path, sealed: bytes) -> None:
        fresh.write_bytes(sealed[: len(sealed) // 2])
        die()
        real(fresh, path, sealed)

    storage._write = half


def mark_writes() -> None:
    """Let a kill after a commit tell writing transactions from reading ones."""
    real = uploads.transaction

    @contextmanager
    def marked(*, write: bool, snapshot: bool = False) -> Any:
        with real(write=write, snapshot=snapshot) as session:
            session.info["linli_killed_writes"] = write
            yield session

    uploads.transaction = marked  # type: ignore[assignment]  # the same with a mark


def work(app: Flask) -> None:
    """For each order on standard input a child that takes one piece and dies; say how it ended.

    A child each, because a point once armed stays so; and from a process that has read no database
    yet, because a connection must not be shared with a child.
    """
    mark_writes()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            arm(told["point"])
            body = base64.b64decode(told["body"])
            answer = app.test_client().patch(told["path"], headers=told["headers"], data=body)
            os._exit(answer.status_code % 100)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
