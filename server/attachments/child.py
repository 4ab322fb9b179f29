"""Runs one of the two decoders in a process of its own (S53-S55)."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import structlog

from server.kit.errors import Busy

log = structlog.get_logger()

PATIENCE = 20
AT_ONCE = threading.BoundedSemaphore(2)
"""Decoders a worker runs at a time; more wait, so that files never take the whole machine."""


def decoded(program: str, data: bytes) -> tuple[int | None, bytes, bytes]:
    """What the program of this folder made of the bytes: its exit code (None: it took too long), its first
    line, and the rest. Raises Busy."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Busy(retry_after=5)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name(program))],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={"PATH": ""},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        log.warning("attachment.decoder_too_slow", size=len(data))
        return None, b"", b""
    finally:
        AT_ONCE.release()
    head, _, made = done.stdout.partition(b"\n")
    return done.returncode, head, made
