"""What we made out of a file somebody sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Made:
    """A file of our own making: a picture has ``width`` and ``height``, a recording ``seconds``."""

    data: bytes
    mime: str
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
