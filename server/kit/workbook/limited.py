"""Reads a file somebody sent in a limited child process, so that a hostile file can only harm its own reading."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .grids import Workbook, unpack_workbook
from .readers import MAX_FILE
from .refusals import SENTENCES, Refusal

CHILD = Path(__file__).with_name("child.py")
WALL_SECONDS = 15.0
"""A back stop. The bound is the child's own work (child.py: four seconds), which a busy machine stretches:
twenty thousand rows take one second of work and must not be refused because others are working too."""
MAX_ANSWER = 96 * 1024 * 1024
KILLED_FOR_TIME = (-9, -24)
CHUNK = 1 << 18


def read_file(data: bytes) -> Workbook:
    """The workbook, or a :class:`Refusal` that says what the person can do instead."""
    return unpack_workbook(read_with("server.kit.workbook.readers:read_packed", data))


def read_with(reader: str, data: bytes) -> dict[str, Any]:
    """What a reader (``module:name``, bytes to something JSON holds) makes of a file. Raises :class:`Refusal`."""
    if not data:
        raise Refusal("empty")
    if len(data) > MAX_FILE:
        raise Refusal("too_big")
    answer = _ask_child(reader, data)
    try:
        parsed: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise Refusal("broken") from error
    if "refusal" in parsed:
        code = str(parsed["refusal"])
        raise Refusal(code if code in SENTENCES else "broken")
    found: dict[str, Any] = parsed["read"]
    return found


def _ask_child(reader: str, data: bytes) -> bytes:
    child = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", str(CHILD), reader],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        close_fds=True,
    )
    deadline = time.monotonic() + WALL_SECONDS
    feeder = threading.Thread(target=_feed, args=(child, data), daemon=True)
    feeder.start()
    try:
        answer = _collect(child, deadline)
        child.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise Refusal("too_slow") from error
    finally:
        child.kill()
        child.wait()
        feeder.join(1)
        if child.stdout is not None:
            child.stdout.close()
    if child.returncode in KILLED_FOR_TIME:
        raise Refusal("too_slow")
    if child.returncode != 0:
        # An abort under the memory limit: the file claims far more cells than it should hold.
        raise Refusal("too_large_inside")
    return answer


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    """Write the file; a child that answers before it has read everything is no trouble."""
    if child.stdin is None:
        return
    with contextlib.suppress(OSError):
        child.stdin.write(data)
        child.stdin.close()


def _collect(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        pipe = child.stdout.fileno() if child.stdout is not None else -1
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise Refusal("too_slow")
            chunk = os.read(pipe, CHUNK)
            if not chunk:
                return b"".join(chunks)
            size += len(chunk)
            if size > MAX_ANSWER:
                raise Refusal("too_large_inside")
            chunks.append(chunk)
