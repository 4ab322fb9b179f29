"""Writes the odd files committees have: .xls records by hand, .xlsx parts by hand, sheets from rows."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from typing import Any

import openpyxl

Rows = list[list[Any]]
Merges = list[tuple[int, int, int, int]]

HEADER = [
    "序号",
    "网格",
    "楼栋门牌",
    "户编号",
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "公民身份号码",
    "联系电话",
    "备注",
]


def xlsx(sheets: dict[str, Rows], merges: Merges | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for top, left, bottom, right in merges or []:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rezip(data: bytes, change: dict[str, bytes | None]) -> bytes:
    """The same container with members replaced, added, or (None) left out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            if item.filename not in change:
                new.writestr(item, old.read(item.filename))
        for name, content in change.items():
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return container.read(name)


# --- .xls: a compound file with one Workbook stream of BIFF8 records -----------------

SECTOR = 512
END = 0xFFFFFFFE
FAT_SECTOR = 0xFFFFFFFD
FREE = 0xFFFFFFFF


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _unicode(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<HB", len(encoded) // 2, 1) + encoded


def _xf(number_format: int) -> bytes:
    return _record(0xE0, struct.pack("<HHH", 0, number_format, 0) + b"\x00" * 14)


def xls(
    sheets: dict[str, Rows],
    merges: Merges | None = None,
    *,
    hidden_columns: tuple[int, ...] = (),
    formulas: dict[tuple[int, int], float] | None = None,
    extra_globals: bytes = b"",
    streams: dict[str, bytes] | None = None,
    date1904: bool = False,
) -> bytes:
    """A BIFF8 workbook; dates become numbers with a date format, as spreadsheet programs write them."""
    bodies = [
        _sheet_records(rows, merges or [], hidden_columns, formulas or {})
        for rows in sheets.values()
    ]
    head = (
        _bof(5)
        + _record(0x42, struct.pack("<H", 1200))
        + _record(0x22, struct.pack("<H", int(date1904)))
    )
    head += extra_globals + _xf(0) + _xf(14)
    names = [name.encode("utf-16-le") for name in sheets]
    bound = sum(4 + 8 + len(name) for name in names)
    offset = len(head) + bound + 4
    directory = b""
    for name, body in zip(names, bodies, strict=True):
        directory += _record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name) // 2, 1) + name)
        offset += len(body)
    stream = head + directory + _record(0x0A, b"") + b"".join(bodies)
    return compound({"Workbook": stream, **(streams or {})})


def _sheet_records(
    rows: Rows, merges: Merges, hidden: tuple[int, ...], formulas: dict[tuple[int, int], float]
) -> bytes:
    width = max((len(row) for row in rows), default=0)
    out = [_bof(0x10), _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))]
    out += [
        _record(0x7D, struct.pack("<HHHHHH", column, column, 2000, 0, 1, 0)) for column in hidden
    ]
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HH", index, column)
            if (index, column) in formulas:
                number = struct.pack("<d", formulas[index, column])
                out.append(
                    _record(
                        0x06, place + struct.pack("<H", 0) + number + struct.pack("<HIH", 0, 0, 0)
                    )
                )
            elif isinstance(value, date):
                serial = float((value - date(1899, 12, 30)).days)
                out.append(_record(0x203, place + struct.pack("<Hd", 1, serial)))
            elif isinstance(value, (int, float)):
                out.append(_record(0x203, place + struct.pack("<Hd", 0, float(value))))
            elif value not in ("", None):
                out.append(_record(0x204, place + struct.pack("<H", 0) + _unicode(str(value))))
    for start in range(0, len(merges), 1000):
        part = merges[start : start + 1000]
        body = struct.pack("<H", len(part))
        body += b"".join(
            struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in part
        )
        out.append(_record(0xE5, body))
    out.append(_record(0x0A, b""))
    return b"".join(out)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of 512-byte sectors; small streams are padded so that no mini stream is needed."""
    padded = {
        name: body.ljust(max(4096, -(-len(body) // SECTOR) * SECTOR), b"\x00")
        for name, body in streams.items()
    }
    fat: list[int] = []
    starts: dict[str, int] = {}
    for name, body in padded.items():
        starts[name] = len(fat)
        count = len(body) // SECTOR
        fat += [*range(len(fat) + 1, len(fat) + count), END]
    entries = [_entry("Root Entry", 5, END, 0, child=1 if padded else FREE)]
    names = list(padded)
    for position, name in enumerate(names):
        right = position + 2 if position + 1 < len(names) else FREE
        entries.append(_entry(name, 2, starts[name], len(padded[name]), right=right))
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\x00")
    directory_start = len(fat)
    count = len(directory) // SECTOR
    fat += [*range(len(fat) + 1, len(fat) + count), END]
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    fat_start = len(fat)
    fat += [FAT_SECTOR] * fat_sectors
    table = fat + [FREE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_start, 0, 4096, END, 0, END, 0)
    listed = [*range(fat_start, fat_start + fat_sectors)]
    header += struct.pack("<109I", *(listed + [FREE] * (109 - len(listed))))
    return header + b"".join(padded.values()) + directory + struct.pack(f"<{len(table)}I", *table)


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE
) -> bytes:
    encoded = name.encode("utf-16-le") + b"\x00\x00"
    body = encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded), kind, 1)
    body += struct.pack("<III", FREE, right, child) + b"\x00" * 36
    return body + struct.pack("<IQ", start, size)
