"""A committee's own template may fill in and loop. Whatever else it holds is refused, and the sentence names it."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from jinja2.exceptions import SecurityError

from server.case_files import documents, filling, own_template, reading
from server.kit.workbook.limited import read_with
from server.kit.workbook.refusals import Refusal
from tests.factories.cases import word_file

READER = "server.case_files.own_template:check"
HOSTILE = {
    "{{ 编号.upper() }}": ("not_allowed", "编号.upper()"),
    "{{ 7*7 }}": ("not_allowed", "7*7"),
    "{{ 编号|upper }}": ("not_allowed", "编号|upper"),
    "{% set 甲 = 1 %}": ("not_allowed", "set 甲"),
    "{{ 编号.__class__ }}": ("unknown", "编号.__class__"),
    "{{ 编号.__class__.__mro__ }}": ("not_allowed", ".__mro__"),
    "{% for 甲 in range(99999) %}甲{% endfor %}": ("not_allowed", "range"),
    "{% include '/etc/passwd' %}": ("not_allowed", "include"),
    "{% import 'x' as 甲 %}": ("not_allowed", "import"),
    "{% macro 甲() %}{% endmacro %}": ("not_allowed", "macro"),
    "{{ '甲' * 99999999 }}": ("not_allowed", "99999999"),
    "{{ 当事人[0] }}": ("not_allowed", "当事人[0]"),
    "{{ lipsum }}": ("unknown", "lipsum"),
    "{{ 当事人电话 }}": ("unknown", "当事人电话"),
    "{% for 人 in 当事人 %}{{ 人.身份证 }}{% endfor %}": ("unknown", "人.身份证"),
    "{% for 甲 in 编号 %}{{ 甲 }}{% endfor %}": ("not_a_list", "编号"),
    "{% for 甲 in 当事人 recursive %}{% endfor %}": ("not_allowed", "recursive"),
    "{{ 编号 if 案名 else 案名 }}": ("not_allowed", "if"),
    "{{ 编号 ": ("not_readable", "编号"),
    "{% for 人 in 当事人 %}没有结束": ("not_readable", "for"),
    "{% for 人 in 当事人 %}{% for 次 in 调解 %}{% for 份 in 目录 %}x{% endfor %}{% endfor %}{% endfor %}": (
        "not_allowed",
        "for",
    ),
}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_that_does_more_than_fill_and_loop_is_refused_by_name(text: str) -> None:
    code, what = HOSTILE[text]
    found = own_template.check(word_file("委员会：{{ 委员会 }}", text))
    assert found["fault"] == code
    assert what in found["what"]


@pytest.mark.parametrize("part", ["header", "footer", "properties"])
def test_no_corner_of_the_file_is_left_out(part: str) -> None:
    from docx import Document

    paper = Document(io.BytesIO(word_file("{{ 编号 }}")))
    if part == "properties":
        paper.core_properties.title = "{{ 7*7 }}"
    else:
        getattr(paper.sections[0], part).paragraphs[0].text = "{{ 7*7 }}"
    out = io.BytesIO()
    paper.save(out)
    assert own_template.check(out.getvalue())["fault"] == "not_allowed"


def test_with_the_list_of_what_may_stand_taken_away_the_hostile_ones_get_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filling, "sandboxed", False)
    mild = [text for text in HOSTILE if "9999" not in text]  # the others would run
    through = [text for text in mild if "fault" not in own_template.check(word_file(text))]
    assert len(through) >= 6, "the tests above would not notice"
    with pytest.raises(SecurityError):  # and Jinja's own fence stands behind it
        filling.fill(word_file("{{ 编号.__class__.__mro__ }}"), {"编号": "x"})


def _with(change: Callable[[dict[str, bytes]], None]) -> bytes:
    read = zipfile.ZipFile(io.BytesIO(word_file("{{ 编号 }}")))
    members = {name: read.read(name) for name in read.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, body in members.items():
            written.writestr(name, body)
    return out.getvalue()


def _add(name: str, body: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: body})


def _put(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


_END, _RELS = b"</w:body>", "word/_rels/document.xml.rels"
_LINK = b'<Relationship Id="r99" Type="http://x/attachedTemplate" Target="http://192.0.2.1/a.dotm" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_add("word/vbaProject.bin", b"x"), "macros"),
        (_put("[Content_Types].xml", b"wordprocessingml.document.main+xml", b"macroEnabled.main+xml"), "macros"),
        (_put(_RELS, b"</Relationships>", _LINK), "links_out"),
        (_put("word/document.xml", _END, b"<w:p><w:r><w:instrText>INCLUDEPICTURE x</w:instrText></w:r></w:p>" + _END), "links_out"),
        (_put("word/document.xml", _END, b'<w:p><w:fldSimple w:instr="DDEAUTO c cmd"/></w:p>' + _END), "links_out"),
        (_add("word/embeddings/a.xlsx", b"x"), "carries_files"),
        (_put("word/document.xml", _END, b'<w:altChunk r:id="r1"/>' + _END), "carries_files"),
        (_put("word/document.xml", b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document'), "not_word"),
        (lambda members: members.pop("word/document.xml") and None, "not_word"),
    ],
)  # fmt: skip
def test_a_file_that_carries_more_than_words_and_pictures_is_refused(
    change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    assert own_template.check(_with(change))["fault"] == code


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 no zip", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_what_is_no_word_file_is_not_read(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_with(READER, data)


def test_a_file_that_unfolds_or_loops_without_end_stops_in_its_own_process() -> None:
    with pytest.raises(Refusal):
        read_with(READER, _with(_add("word/media/a.png", b"\0" * (60 * 1024 * 1024))))


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_an_official_template_goes_through_the_same_door(key: str) -> None:
    ask = own_template.check if key != "agreement" else partial(read_with, READER)
    found = ask(documents.official(key))
    assert "fault" not in found
    assert documents.BY_KEY[key].need
    text = reading.text_of(found["blocks"])
    assert "{{" not in text
    clean = base64.b64decode(found["clean"])
    assert len(clean) < 100_000
    assert own_template.check(clean).keys() == {"clean", "blocks"}


def test_a_changed_template_keeps_the_committees_own_words_and_fills_ours() -> None:
    found = own_template.check(
        word_file(
            "本社区的话",
            "{%p for 人 in 当事人 %}",
            "{{ loop.index }} {{ 人.姓名 }}",
            "{%p endfor %}",
        )
    )
    text = reading.text_of(found["blocks"])
    assert "本社区的话" in text
    assert "1 田露纸" in text
    assert "2 施雾笔" in text
