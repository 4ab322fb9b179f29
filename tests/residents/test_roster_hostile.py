"""A hostile or broken file is refused with a sentence, in less than five seconds and 300 MB."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.kit.workbook import child, limited
from server.kit.workbook.limited import read_file
from server.kit.workbook.refusals import SENTENCES, Refusal
from tests.residents import workbooks

PLAIN = workbooks.xlsx(
    {"表": [["姓名", "身份证号", "住址"], ["葛谷初", "149903197603221013", "1号楼101"]]}
)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def with_xml(change: Callable[[bytes], bytes], name: str = SHEET) -> bytes:
    return workbooks.rezip(PLAIN, {name: change(workbooks.member(PLAIN, name))})


def prefixed(doctype: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        if content.startswith(b"<?xml"):
            end = content.index(b"?>") + 2
            return content[:end] + doctype + content[end:]
        return doctype + content

    return change


def bomb() -> bytes:
    return workbooks.rezip(PLAIN, {SHEET: b"<worksheet>" + b" " * (49 * 1024 * 1024)})


def huge_strings() -> bytes:
    """A directory that claims two gigabytes of shared strings."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name in zipfile.ZipFile(io.BytesIO(PLAIN)).namelist():
            container.writestr(name, workbooks.member(PLAIN, name))
        with container.open("xl/more.xml", "w", force_zip64=True) as out:
            for _ in range(60):
                out.write(b"<si><t>a</t></si>" * 65536)
    return buffer.getvalue()


def overlapping() -> bytes:
    """Two directory entries that point at the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/workbook.xml", b"<workbook/>" * 50)
        container.writestr("xl/worksheets/sheet1.xml", b"<workbook/>" * 50)
        container.filelist[1].header_offset = container.filelist[0].header_offset
    return buffer.getvalue()


def lying_sizes() -> bytes:
    """The directory says a member inflates to ten bytes; it inflates to a megabyte."""
    data = bytearray(workbooks.rezip(PLAIN, {"xl/lie.xml": b"<a>" + b"b" * 1_000_000 + b"</a>"}))
    entry = data.rindex(b"xl/lie.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 24, 10)
    return bytes(data)


def far_cell(reference: str) -> bytes:
    return with_xml(
        lambda sheet: sheet.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="'
            + reference.encode()
            + b'" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
        )
    )


def named(name: str, content: bytes = b"<a/>") -> bytes:
    return workbooks.rezip(PLAIN, {name: content})


def symlink() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = 0o120777 << 16
        container.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def many_members() -> bytes:
    return workbooks.rezip(PLAIN, {f"xl/media/{number}.png": b"x" for number in range(250)})


LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12))
    + b"]>"
)
QUADRATIC = b'<!DOCTYPE q [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
XXE_FILE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
XXE_NET = b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e"> %e;]>'
XLM = (
    struct.pack("<HH", 0x85, 14)
    + struct.pack("<IBBBB", 0, 0, 1, 3, 1)
    + "宏宏宏".encode("utf-16-le")
)
LOCKED = struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2)
PLAIN_ROWS = {"表": [["姓名", "住址"], ["葛谷初", "1号楼101"]]}

HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing": (lambda: b"", {"empty"}),
    "zeroes": (lambda: b"\x00" * 4096, {"empty"}),
    "blanks": (lambda: b" \r\n" * 100, {"empty"}),
    "eleven megabytes": (lambda: b"a" * (11 * 1024 * 1024), {"too_big"}),
    "noise": (lambda: random.Random(7).randbytes(200_000), {"encoding"}),
    "noise that begins like a zip": (
        lambda: b"PK\x03\x04" + random.Random(8).randbytes(9000),
        {"broken"},
    ),
    "noise that begins like an xls": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(9).randbytes(9000),
        {"broken"},
    ),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, {"unsupported"}),
    "a pdf": (lambda: b"%PDF-1.7\n" + b"x" * 500, {"unsupported"}),
    "a web page called xls": (
        lambda: b"<html><table><tr><td>1</td></tr></table></html>",
        {"save_as_xlsx"},
    ),
    "half a file": (lambda: PLAIN[: len(PLAIN) // 2], {"broken"}),
    "an empty zip": (lambda: b"PK\x05\x06" + b"\x00" * 18, {"unsupported"}),
    "zip bomb": (bomb, {"too_large_inside"}),
    "60 MB of strings": (huge_strings, {"too_large_inside"}),
    "overlapping entries": (overlapping, {"suspicious_archive", "broken"}),
    "sizes that lie": (lying_sizes, {"suspicious_archive"}),
    "a cell at the far corner": (
        lambda: far_cell("XFD1048576"),
        {"too_large_inside", "too_many_rows", "too_slow"},
    ),
    "a cell at the last row": (lambda: far_cell("A1048576"), {"too_large_inside", "too_many_rows"}),
    "a member above the root": (lambda: named("../evil.xml"), {"suspicious_archive"}),
    "an absolute member": (lambda: named("/etc/evil.xml"), {"suspicious_archive"}),
    "a backslash member": (lambda: named("..\\evil.xml"), {"suspicious_archive"}),
    "a symbolic link": (symlink, {"suspicious_archive"}),
    "250 members": (many_members, {"suspicious_archive"}),
    "billion laughs in the sheet": (lambda: with_xml(prefixed(LAUGHS)), {"dtd"}),
    "billion laughs in the workbook": (
        lambda: with_xml(prefixed(LAUGHS), "xl/workbook.xml"),
        {"dtd"},
    ),
    "quadratic blow-up in the styles": (
        lambda: with_xml(prefixed(QUADRATIC), "xl/styles.xml"),
        {"dtd"},
    ),
    "a file entity in the relations": (
        lambda: with_xml(prefixed(XXE_FILE), "xl/_rels/workbook.xml.rels"),
        {"dtd"},
    ),
    "a net entity in the types": (
        lambda: with_xml(prefixed(XXE_NET), "[Content_Types].xml"),
        {"dtd"},
    ),
    "an entity in UTF-16": (
        lambda: named(
            SHEET,
            ('<?xml version="1.0" encoding="UTF-16"?>' + XXE_FILE.decode() + "<worksheet/>").encode(
                "utf-16"
            ),
        ),
        {"dtd"},
    ),
    "a macro project": (lambda: named("xl/vbaProject.bin", b"\x00"), {"macros"}),
    "a macro content type": (
        lambda: with_xml(
            lambda c: c.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"),
            "[Content_Types].xml",
        ),
        {"macros"},
    ),
    "an xls with a macro project": (
        lambda: workbooks.xls(PLAIN_ROWS, streams={"_VBA_PROJECT": b"x"}),
        {"macros"},
    ),
    "an xls with a macro sheet": (lambda: workbooks.xls(PLAIN_ROWS, extra_globals=XLM), {"macros"}),
    "an xls with a password": (
        lambda: workbooks.xls(PLAIN_ROWS, extra_globals=LOCKED),
        {"password"},
    ),
    "an encrypted workbook": (
        lambda: workbooks.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
        {"password"},
    ),
    "a text document": (lambda: workbooks.compound({"WordDocument": b"x"}), {"unsupported"}),
    "an xls whose chain runs in a circle": (
        lambda: workbooks.xls(PLAIN_ROWS)[:-512] + struct.pack("<128I", *([1, 0] * 64)),
        {"broken"},
    ),
    "an xls cut short": (
        lambda: workbooks.xls({"表": [["姓名", "住址"]] * 400})[:3000],
        {"broken"},
    ),
    "an xlsb": (lambda: named("xl/workbook.bin"), {"save_as_xlsx"}),
    "an ods": (
        lambda: workbooks.rezip(PLAIN, {"content.xml": b"<office/>", "mimetype": b"x"}),
        {"save_as_xlsx"},
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_in_time_and_memory(name: str) -> None:
    make, codes = HOSTILE[name]
    data = make()
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Refusal) as caught:
        read_file(data)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime
    assert worked < 5  # the work it took, which the machine's other work does not stretch
    assert caught.value.code in codes
    assert caught.value.sentence in SENTENCES[caught.value.code]


def test_a_dimension_that_lies_costs_nothing() -> None:
    data = with_xml(
        lambda sheet: sheet.replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1:XFD1048576"')
    )
    assert len(read_file(data).sheets[0].rows) == 2


def test_the_reading_process_cannot_take_more_than_300_mb(tmp_path: Path) -> None:
    """The limits are those of child.py itself; only what it would read is replaced by greed."""
    greedy = tmp_path / "greedy.py"
    source = limited.CHILD.read_text("utf-8")
    limits = source[
        source.index("    resource.setrlimit(resource.RLIMIT_AS") : source.index("    sys.path")
    ]
    greedy.write_text(
        "import resource\n"
        f"MEMORY, SECONDS = {child.MEMORY}, {child.SECONDS}\n"
        "if True:\n" + limits + "bytearray(300 * 1024 * 1024)\n"
    )
    ended = subprocess.run([sys.executable, "-I", str(greedy)], capture_output=True, check=False)
    assert ended.returncode != 0
    assert b"MemoryError" in ended.stderr
    assert child.MEMORY == 300 * 1024 * 1024


def test_a_child_that_works_without_end_is_ended_by_its_own_limit(tmp_path: Path) -> None:
    source = limited.CHILD.read_text("utf-8")
    limits = source[
        source.index("    resource.setrlimit(resource.RLIMIT_AS") : source.index("    sys.path")
    ]
    busy = tmp_path / "busy.py"
    busy.write_text(
        f"import resource\nMEMORY, SECONDS = {child.MEMORY}, 1\nif True:\n{limits}while True: pass\n"
    )
    ended = subprocess.run([sys.executable, "-I", str(busy)], capture_output=True, check=False)
    assert ended.returncode in limited.KILLED_FOR_TIME
    assert child.SECONDS < 5


def test_a_child_that_does_not_answer_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asleep = tmp_path / "asleep.py"
    asleep.write_text("import sys\nsys.stdin.buffer.read()\nwhile True: pass\n")
    monkeypatch.setattr(limited, "CHILD", asleep)
    monkeypatch.setattr(limited, "WALL_SECONDS", 0.3)
    with pytest.raises(Refusal) as caught:
        read_file(PLAIN)
    assert caught.value.code == "too_slow"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks_the_reader(
    data: st.DataObject,
) -> None:
    """Run in this process: any exception but a refusal would end the child and hide its cause."""
    from server.kit.workbook.readers import read_workbook

    whole = bytearray(data.draw(st.sampled_from([PLAIN, workbooks.xls(PLAIN_ROWS)])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    broke = ""
    try:
        read_workbook(bytes(whole))
    except Refusal:
        pass
    except BaseException as error:  # a panic of the Rust reader is no Exception
        broke = type(error).__name__
    assert broke in {"", "PanicException"}
