"""The quick validator of the evening's hot path says what the schema says, for everything."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from server.visits.compiled import loader, quick
from server.visits.form import VisitAmendSchema, VisitRecordSchema
from tests.factories.visits import ANSWERS

SCHEMA = VisitRecordSchema()
AMEND = VisitAmendSchema()

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.sampled_from(["", " ", "met", "F1", "2026-11-23", "2026-02-30", "\x00", "\ud800", "１"])
    | st.uuids().map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
good: dict[str, Any] = {
    "household_id": str(uuid.uuid4()),
    "task_id": None,
    "visit_date": "2026-11-23",
    **ANSWERS,
}


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """A good form with some answers changed, taken away or added."""
    said = dict(good)
    for name in draw(st.lists(st.sampled_from(sorted(said)), max_size=3)):
        said[name] = draw(anything)
    for name in draw(st.lists(st.sampled_from(sorted(said)), max_size=2)):
        said.pop(name, None)
    said.update(draw(st.dictionaries(st.text(min_size=1, max_size=8), anything, max_size=2)))
    if draw(st.booleans()):
        said["amends"] = draw(st.uuids().map(str) | anything)
    return said


def loaded(schema: Any, payload: dict[str, Any]) -> Any:
    try:
        return schema.load(payload)
    except ValidationError as wrong:
        return ("refused", sorted(map(str, wrong.messages_dict)))


def read(load: Any, payload: dict[str, Any]) -> Any:
    try:
        return load(payload)
    except ValidationError as wrong:
        return ("refused", sorted(map(str, wrong.messages_dict)))


@settings(max_examples=1500, deadline=None)
@given(payloads())
def test_whatever_arrives_both_load_the_same_or_refuse_the_same_fields(
    payload: dict[str, Any],
) -> None:
    assert read(loader(SCHEMA), payload) == loaded(SCHEMA, payload)
    assert read(loader(AMEND), payload) == loaded(AMEND, payload)


def test_a_well_filled_form_needs_the_slow_way_for_nothing() -> None:
    assert quick(SCHEMA)(good) == SCHEMA.load(good)


def test_a_form_with_an_unknown_answer_still_goes_the_quick_way() -> None:
    said = {**good, "weather": "snow"}
    assert quick(SCHEMA)(said) == SCHEMA.load(said)
