"""What a committee may ask by a workbook, and how every fault of one is said with its cell."""

from __future__ import annotations

import io
from typing import Any

import pytest
from defusedxml import ElementTree
from pyxform.xls2xform import convert

from scripts._lib.say import ROOT
from server.kit.workbook.limited import read_with
from server.kit.workbook.refusals import Refusal
from server.visits.own_questions import (
    asked_already,
    costs,
    definition,
    expressions,
    problems,
    template,
    workbook,
)
from server.visits.own_questions.service import READER
from tests.factories.questions import SURVEY, WELL, YES_NO, row, sheet
from tests.residents import workbooks


def read(*survey: dict[str, str], **more: Any) -> dict[str, Any]:
    """As the upload does, in the child process."""
    return read_with(READER, sheet(survey or WELL, **more))


def said(found: dict[str, Any]) -> list[tuple[str, int | None, str]]:
    return [(one["code"], one["row"], one["column"]) for one in found["problems"]]


def test_a_sheet_of_every_taken_kind_becomes_a_form() -> None:
    found = read()
    assert found["problems"] == []
    assert found["title"] == "水井和牲口"
    items = definition.unpack(found["items"])
    assert [(one.kind, one.required, one.conditional) for one in items] == [
        ("group", False, False), ("one", True, False), ("integer", True, True),
        ("many", False, False), ("text", False, False), ("calculate", False, False),
        ("note", False, False),
    ]  # fmt: skip
    form = ElementTree.fromstring(found["xform"])
    binds = [one.attrib for one in form.iter() if one.tag.endswith("}bind")]
    depth = next(one for one in binds if one["nodeset"].endswith("/depth"))
    assert depth["type"] == "int"
    assert depth["required"] == "true()"
    assert "relevant" in depth
    assert "constraint" in depth


def test_the_sample_to_begin_with_is_taken_without_a_word_and_is_an_xlsform_to_others_too() -> None:
    found = read_with(READER, template.build())
    assert found["problems"] == []
    assert found["title"] == "过冬和活动"
    items = definition.unpack(found["items"])
    assert {one.kind for one in items} == {
        "group", "one", "integer", "calculate", "note", "many", "text"
    }  # fmt: skip
    assert all("\u4e00" <= one.words.zh[0] <= "\u9fff" for one in items if one.kind != "calculate")
    plain = convert(io.BytesIO(template.build()), file_type=".xlsx", validate=False)
    assert "存煤还能烧多少天？" in plain.xform
    assert "选项" not in " ".join(plain.warnings)


def test_the_samples_own_page_explains_every_column_and_type_that_is_taken() -> None:
    told = " ".join(" ".join(line) for line in template.TOLD)
    for column in template.SURVEY[0]:
        assert column.partition("::")[0] in told
    for kind in (*workbook.TYPES, *workbook.SELECTS.values()):
        assert kind in told or kind in ("string", "int", "one", "many")


def test_the_phones_tests_work_with_what_the_server_makes() -> None:
    kept = ROOT / "pwa/src/features/visits/own/well.test.xml"
    assert read()["xform"] == kept.read_text(encoding="utf-8")


def test_labels_of_both_languages_are_kept_and_a_missing_english_one_is_noted() -> None:
    found = read(row("text", "a", "井水清吗？"))
    assert said(found) == [("english_missing", 2, "D")]
    assert found["items"][0]["words"] == {"zh": "井水清吗？", "en": "井水清吗？"}
    assert not found["problems"][0]["grave"]


REFUSED: dict[str, tuple[list[dict[str, str]], tuple[str, int, str]]] = {
    "a place": ([row("geopoint", "a", "在哪")], ("type_place", 2, "A")),
    "a file": ([row("image", "a", "拍一张")], ("type_media", 2, "A")),
    "the phone's number": ([row("deviceid", "a", "")], ("type_known", 2, "A")),
    "a repeat": ([row("begin_repeat", "a", "每口井")], ("type_repeat", 2, "A")),
    "a rank": ([row("rank yn", "a", "排一排")], ("type_unknown", 2, "A")),
    "no type": ([row("", "a", "问")], ("type_missing", 2, "A")),
    "an open choice": ([row("select_one yn or_other", "a", "问")], ("or_other", 2, "A")),
    "an unknown list": ([row("select_one wells", "a", "问")], ("list_unknown", 2, "A")),
    "no list": ([row("select_one", "a", "问")], ("list_missing", 2, "A")),
    "no name": ([row("text", "", "问")], ("name_missing", 2, "B")),
    "a Chinese name": ([row("text", "水井", "问")], ("name_wrong", 2, "B")),
    "a name twice": ([row("text", "a", "问"), row("text", "a", "问")], ("name_twice", 3, "B")),
    "no label": ([row("text", "a")], ("label_missing", 2, "C")),
    "no Chinese label": ([row("text", "a", "", "What?")], ("label_missing", 2, "C")),
    "a long label": ([row("text", "a", "问" * 121, "Q")], ("label_long", 2, "C")),
    "an open group": (
        [row("begin_group", "g", "组"), row("text", "a", "问")],
        ("group_open", 2, "A"),
    ),
    "a closed group": ([row("text", "a", "问"), row("end_group")], ("group_close", 3, "A")),
    "an odd required": ([row("text", "a", "问", required="maybe")], ("required_wrong", 2, "F")),
    "a required note": ([row("note", "a", "问", required="yes")], ("required_never", 2, "F")),
    "nothing worked out": ([row("calculate", "a")], ("calculation_missing", 2, "K")),
    "an odd calculation": (
        [row("text", "a", "问", calculation="1 + 1")],
        ("column_unsupported", 2, "K"),
    ),
    "broken logic": ([row("text", "a", "问", relevant="1 >>> 1 (")], ("logic_broken", 2, "G")),
    "an unknown function": (
        [row("text", "a", "问", relevant="pulldata('x')")],
        ("logic_function", 2, "G"),
    ),
    "a path": ([row("text", "a", "问", relevant="../b = 1")], ("logic_path", 2, "G")),
    "an unknown name": ([row("text", "a", "问", relevant="${b} = 1")], ("logic_name", 2, "G")),
    "an unknown name in a label": ([row("text", "a", "问 ${b}", "Q")], ("logic_name", 2, "C")),
    "its own answer": ([row("text", "a", "问", relevant=". = 1")], ("logic_own_answer", 2, "G")),
    "a circle": (
        [row("text", "a", "问", relevant="${b} = 1"), row("text", "b", "问", relevant="${a} = 1")],
        ("logic_circle", 2, "G"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_is_said_with_its_row_and_column(name: str) -> None:
    survey, wanted = REFUSED[name]
    found = workbook.read(sheet(survey))
    assert wanted in said(found)
    assert found["xform"] == ""
    grave = next(one for one in found["problems"] if one["code"] == wanted[0])
    assert grave["grave"]
    assert "{" not in grave["zh"].replace("${", "")


def test_every_fault_of_a_sheet_is_said_at_once() -> None:
    found = read(row("geopoint", "a", "在哪"), row("text", "", "问"), row("text", "b", "问", relevant="((("))  # fmt: skip
    assert [code for code, _, _ in said(found) if code in problems.STOPS] == [
        "type_place", "name_missing", "logic_broken",
    ]  # fmt: skip


def test_a_kind_that_slips_past_the_list_would_be_seen_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Switched off: with positions among the taken kinds nothing stops them any more."""
    monkeypatch.setitem(workbook.TYPES, "geopoint", "text")
    found = workbook.read(sheet([row("geopoint", "a", "在哪", "Where")]))
    assert said(found) == []


def test_a_column_that_changes_what_is_asked_is_refused_and_one_of_looks_is_only_noted() -> None:
    columns = (*SURVEY, "choice_filter", "appearance")
    survey = [{**row("select_one yn", "a", "问", "Q"), "choice_filter": "x", "appearance": "minimal"}]  # fmt: skip
    found = workbook.read(sheet(survey, columns=columns))
    assert ("column_unsupported", 2, "L") in said(found)
    assert ("column_ignored", 1, "M") in said(found)


def test_a_workbook_without_the_sheet_survey_says_what_is_missing() -> None:
    found = workbook.read(workbooks.xlsx({"花名册": [["姓名"], ["荀竹砚"]]}))
    assert [code for code, _, _ in said(found)][:1] == ["no_survey"]


def test_sixty_rows_are_the_most() -> None:
    many = [row("text", f"q{i}", "问", "Q") for i in range(workbook.MOST_ROWS + 1)]
    assert ("too_many", workbook.MOST_ROWS + 2, "A") in said(workbook.read(sheet(many)))


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"\x00" * 40, b"PK\x03\x04 no zip"])
def test_what_is_no_workbook_is_refused_by_the_same_rules_as_a_roster(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_with(READER, data)


@pytest.mark.parametrize(
    ("label", "what"),
    [("您的身份证号？", "known_already"), ("家里燃气安全吗？", "asked_already"), ("儿女常来吗？", "asked_already")],
)  # fmt: skip
def test_what_the_visit_or_the_register_knows_is_pointed_out(label: str, what: str) -> None:
    found = workbook.read(sheet([row("text", "a", label, "Q")]))
    assert said(found) == [(what, 2, "C")]
    assert found["xform"]


def test_every_question_the_notes_name_exists() -> None:
    for form, name in asked_already.FORM.values():
        assert asked_already.asked(form, name).words.zh


def test_every_function_that_is_taken_is_read_with_its_number_of_values() -> None:
    for name, nargs in expressions.FUNCTIONS.items():
        least = nargs if isinstance(nargs, int) else nargs[0]
        values = ", ".join(["'1'"] * least)
        assert expressions.check(f"{name}({values}) = 1", here=False) == set(), name


def test_a_question_costs_more_the_more_it_has_to_be_tapped_and_read() -> None:
    def cost(kind: str, zh: str = "院里有井吗") -> costs.Cost:
        (item,) = definition.unpack(workbook.read(sheet([row(kind, "a", zh, "Q")], YES_NO))["items"])  # fmt: skip
        return costs.of(item)

    note, one, many, text = (cost(kind) for kind in ("note", "select_one yn", "select_multiple yn", "text"))  # fmt: skip
    assert note.taps == 0
    assert (one.taps, many.taps, text.taps) == (1, 2, 21)
    assert note.seconds < one.seconds < many.seconds < text.seconds
    assert cost("note", "很长的一句话" * 5).seconds > note.seconds
