"""Files beside the database: random names, sealed contents, outside anything a web server shows.

One interface, so that a store of another kind can take its place. A file is written whole under
another name, made durable, and then given its own.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app

from server.kit.crypto import keyring
from server.kit.errors import NoRoom, NotFound

_NAME = re.compile(r"[0-9a-f]{48}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


def _home(room: str) -> Path:
    if not room.isidentifier():
        raise NotFound()
    home: Path = current_app.config["LINLI"].data_dir / room
    return home


def _place(room: str, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NotFound()
    return _home(room) / name[:2] / name


def rooms(data_dir: Path) -> list[Path]:
    """The folders that hold such files, for whoever copies them all."""
    return sorted(
        folder
        for folder in data_dir.iterdir()
        if folder.is_dir() and folder.name.isidentifier() and any(folder.glob("[0-9a-f][0-9a-f]"))
    )


def put(room: str, data: bytes) -> str:
    """Keep bytes in a room, durable when this returns; the name to fetch them by. Raises NoRoom."""
    name = secrets.token_hex(24)
    path = _place(room, name)
    fresh = path.with_suffix(".new")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _settle(path.parent.parent)
        _write(fresh, path, keyring().seal(data, f"{room}:{name}"))
    except OSError as failed:
        fresh.unlink(missing_ok=True)
        if failed.errno in _FULL:
            raise NoRoom(retry_after=300) from failed
        raise
    return name


def _write(fresh: Path, path: Path, sealed: bytes) -> None:
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(sealed)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def get(room: str, name: str) -> bytes:
    """The bytes of a name. Raises NotFound."""
    try:
        sealed = _place(room, name).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    return keyring().open(sealed, f"{room}:{name}")


def drop(room: str, name: str) -> None:
    """Forget a file; one that is gone already is no error."""
    _place(room, name).unlink(missing_ok=True)


def left_before(room: str, at: datetime, *, share: int, of: int) -> Iterator[list[str]]:
    """Names of files written before a moment, folder by folder: what may have lost its row.

    ``share``: which of ``of`` equal parts of the room. What a killed process left half-written
    under another name is removed on the way.
    """
    home = _home(room)
    folders = [one for one in home.iterdir() if one.is_dir()] if home.is_dir() else []
    for folder in folders:
        if int(folder.name, 16) % of != share:
            continue
        names: list[str] = []
        for path in folder.iterdir():
            if path.stat().st_mtime >= at.timestamp():
                continue
            if path.suffix == ".new":
                path.unlink(missing_ok=True)
            elif _NAME.fullmatch(path.name):
                names.append(path.name)
        if names:
            yield names
