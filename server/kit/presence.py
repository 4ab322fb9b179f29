"""Says that a server works on a data folder, as long as its process lives, so that nothing is put in its place meanwhile."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_held: list[int] = []  # kept open: the kernel lets go when the process ends, however it ends


def _file(data_dir: Path) -> int:
    return os.open(data_dir / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)


def here(data_dir: Path) -> None:
    """This process works here; several may."""
    handle = _file(data_dir)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _held.append(handle)


def nobody(data_dir: Path) -> bool:
    """Whether no server works here, now."""
    handle = _file(data_dir)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
