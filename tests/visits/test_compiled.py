"""The quick validator of the evening's hot path says what the schema says, for everything."""

from __future__ import annotations

import os
import uuid
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from server.visits import readings
from server.visits.compiled import quick
from server.visits.definitions import FORMS
from server.visits.form import VisitRecordSchema
from tests.factories.visits import ANSWERS, HEADS

EXAMPLES = int(os.environ.get("LINLI_COMPILED_EXAMPLES", "300"))
"""What every change waits for; the soak gives 20,000."""
SCHEMA = VisitRecordSchema()
EVERY = [(form, *(shape() for shape in readings.schemas(form))) for form in FORMS]

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


head = st.fixed_dictionaries(
    {"state": st.sampled_from(["well", "watch", "F2", None])},
    optional={
        "signs": st.lists(st.sampled_from(["gas", "low", "home"]), max_size=4),
        "x": anything,
    },
)


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """A good form with some answers changed, taken away or added."""
    said = dict(good)
    if draw(st.booleans()):
        said |= HEADS | {"form": "F2", "hazards": None}
    for name in draw(st.lists(st.sampled_from(sorted(said)), max_size=3)):
        said[name] = draw(anything | head)
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


@settings(max_examples=EXAMPLES, deadline=None)
@given(payloads(), st.sampled_from(EVERY))
def test_whatever_arrives_both_load_the_same_or_refuse_the_same_fields(
    payload: dict[str, Any], of: Any
) -> None:
    form, record, amend = of
    reading = readings.reading(form)
    assert read(reading.record, payload) == loaded(record, payload)
    assert read(reading.amend, payload) == loaded(amend, payload)


def test_a_well_filled_form_needs_the_slow_way_for_nothing() -> None:
    assert quick(SCHEMA)(good) == SCHEMA.load(good)
    elder = good | HEADS | {"form": "F2", "hazards": None}
    (record,) = [record() for record, _ in map(readings.schemas, FORMS[1:2])]
    assert quick(record)(elder) == record.load(elder)


def test_a_form_with_an_unknown_answer_still_goes_the_quick_way() -> None:
    said = {**good, "weather": "snow"}
    assert quick(SCHEMA)(said) == SCHEMA.load(said)
