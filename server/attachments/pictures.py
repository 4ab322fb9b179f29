"""Makes a picture we wrote ourselves out of a file somebody sent (S53-S55)."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from server.attachments.decode_child import TOO_MANY_PIXELS
from server.kit.errors import ApiError, Busy

log = structlog.get_logger()

CHILD = Path(__file__).with_name("decode_child.py")
PATIENCE = 20
AT_ONCE = threading.BoundedSemaphore(2)
"""Decoders a worker runs at a time; more wait, so that photos never take the whole machine."""


class NotAPhoto(ApiError):
    code, status = "attachment.not_a_photo", 415
    zh = "这个文件不是能用的照片（可用 JPEG、PNG、WebP），没有收下。"
    en = "This file is not a photo we can take (JPEG, PNG or WebP); it was not stored."


class TooManyPixels(ApiError):
    code, status = "attachment.too_many_pixels", 413
    zh = "照片太大（超过四千万像素），没有收下。请改小再发。"
    en = "This photo is too large (over 40 megapixels); please make it smaller."


@dataclass(frozen=True)
class Picture:
    """A JPEG of our own making."""

    data: bytes
    width: int
    height: int
    mime: str = "image/jpeg"


def kind_of(data: bytes) -> str | None:
    """The type by what the file begins with, never by its name."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def remade(data: bytes) -> Picture:
    """The photo decoded in a limited process and written anew. Raises NotAPhoto, TooManyPixels, Busy."""
    if kind_of(data) is None:
        raise NotAPhoto()
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Busy(retry_after=5)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={"PATH": ""},
            cwd="/",
        )
    except subprocess.TimeoutExpired as slow:
        log.warning("attachment.decoder_too_slow", size=len(data))
        raise NotAPhoto() from slow
    finally:
        AT_ONCE.release()
    if done.returncode == TOO_MANY_PIXELS:
        raise TooManyPixels()
    head, _, jpeg = done.stdout.partition(b"\n")
    if done.returncode != 0 or not jpeg.startswith(b"\xff\xd8\xff"):
        raise NotAPhoto()
    width, height = (int(side) for side in head.split())
    return Picture(jpeg, width, height)
