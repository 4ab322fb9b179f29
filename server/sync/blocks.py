"""Pages that never change are compressed once and shared by all phones with the same view.

A change row is settled by its committee and number, so a list of them names a text for ever. The
compressed text ends on a byte and refers to nothing before or after it; what differs from phone to
phone (time, cursor) is compressed by itself and put behind it.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BYTES = 16 * 1024 * 1024
WORTH_FROM = 100
"""Rows from which a page is kept as a block."""

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

Key = tuple[tuple[str, Sequence[int]], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The beginning of a page, compressed."""

    deflated: bytes
    crc: int
    length: int
    shown: tuple[str, ...]

    def gzipped(self, rest: bytes) -> bytes:
        """The whole page as one gzip member."""
        machine = zlib.compressobj(6, zlib.DEFLATED, -15)
        tail = machine.compress(rest) + machine.flush()
        crc = zlib.crc32(rest, self.crc)
        size = (self.length + len(rest)) & 0xFFFFFFFF
        return b"".join((_HEAD, self.deflated, tail, struct.pack("<II", crc, size)))

    def plain(self) -> bytes:
        """The text again, for a reader that takes no gzip."""
        return zlib.decompressobj(-15).decompress(self.deflated)


_kept: OrderedDict[int, tuple[Key, Block]] = OrderedDict()
_lock = threading.Lock()
_held = 0


def find(key: Key) -> Block | None:
    """The block of exactly these rows."""
    number = hash(key)
    with _lock:
        found = _kept.get(number)
        if found is None or found[0] != key:
            return None
        _kept.move_to_end(number)
        return found[1]


def keep(key: Key, text: bytes, shown: tuple[str, ...]) -> Block:
    """Compress a text and keep it as long as there is room."""
    global _held
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    deflated = machine.compress(text) + machine.flush(zlib.Z_FULL_FLUSH)
    block = Block(deflated, zlib.crc32(text), len(text), shown)
    with _lock:
        old = _kept.pop(hash(key), None)
        _held += len(deflated) - (len(old[1].deflated) if old else 0)
        _kept[hash(key)] = (key, block)
        while _held > MOST_BYTES:
            _, (_, gone) = _kept.popitem(last=False)
            _held -= len(gone.deflated)
    return block
