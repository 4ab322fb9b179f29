"""Files beside the database: random names, sealed contents, outside anything a web server shows.

One interface, so that a store of another kind can take its place. A file is written whole under
another name, made durable, and then given its own.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from flask import current_app

from server.kit.crypto import keyring
from server.kit.errors import NotFound

_NAME = re.compile(r"[0-9a-f]{48}")


def _place(room: str, name: str) -> Path:
    if not _NAME.fullmatch(name) or not room.isidentifier():
        raise NotFound()
    folder: Path = current_app.config["LINLI"].data_dir / room / name[:2]
    return folder / name


def put(room: str, data: bytes) -> str:
    """Keep bytes in a room; the name to fetch them by."""
    name = secrets.token_hex(24)
    path = _place(room, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(keyring().seal(data, f"{room}:{name}"))
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


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
