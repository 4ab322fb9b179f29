"""Opens a zip container without trusting one number written in it.

Every limit is checked on the directory before a byte is inflated, and every member is then
inflated by us against its declared size. What comes out is the only thing later steps see, so
two zip programs can never disagree about what the file holds.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from .refusals import Refusal

MAX_MEMBERS = 200
MAX_INFLATED = 50 * 1024 * 1024
MAX_RATIO = 100
RATIO_FREE_SIZE = 1024 * 1024
"""Below this size a member may shrink as well as it likes: a small empty sheet does."""

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENCRYPTED = 0x1


def read_members(data: bytes) -> dict[str, bytes]:
    """Return every member by name, or refuse the container."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            entries = container.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        OverflowError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise Refusal("broken") from error
    if len(entries) > MAX_MEMBERS:
        raise Refusal("suspicious_archive")
    if sum(entry.file_size for entry in entries) > MAX_INFLATED:
        raise Refusal("too_large_inside")
    if sum(entry.compress_size for entry in entries) > len(data):
        raise Refusal("suspicious_archive")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refusal("suspicious_archive")
    for entry in entries:
        _check_entry(entry)
    _check_no_overlap(data, entries)
    return {entry.filename: _inflate(data, entry) for entry in entries if not entry.is_dir()}


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    if (
        name.startswith(("/", "\\"))
        or ".." in parts
        or ":" in name
        or "\x00" in entry.orig_filename
    ):
        raise Refusal("suspicious_archive")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refusal("suspicious_archive")
    if entry.flag_bits & ENCRYPTED:
        raise Refusal("password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("suspicious_archive")
    if entry.file_size > RATIO_FREE_SIZE and entry.file_size > MAX_RATIO * max(
        entry.compress_size, 1
    ):
        raise Refusal("too_large_inside")


def _body_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    end = entry.header_offset + LOCAL_HEADER.size
    if entry.header_offset < 0 or end > len(data):
        raise Refusal("broken")
    fields = LOCAL_HEADER.unpack(data[entry.header_offset : end])
    if fields[0] != b"PK\x03\x04":
        raise Refusal("broken")
    return int(end + fields[9] + fields[10])


def _check_no_overlap(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    reached = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < reached:
            raise Refusal("suspicious_archive")
        reached = _body_start(data, entry) + entry.compress_size
        if reached > len(data):
            raise Refusal("broken")


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    start = _body_start(data, entry)
    body = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        content = body
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(body, entry.file_size + 1)
        except zlib.error as error:
            raise Refusal("broken") from error
    if len(content) > entry.file_size:
        raise Refusal("suspicious_archive")
    if len(content) < entry.file_size or zlib.crc32(content) != entry.CRC:
        raise Refusal("broken")
    return content


def repack(members: dict[str, bytes]) -> bytes:
    """Write the checked members as a plain stored container."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as container:
        for name, content in members.items():
            container.writestr(name, content)
    return buffer.getvalue()
