"""Who might go: a tie that can be said, free days respected, nobody compared."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.tasks.suggestions import Free, suggest

MONDAY = date(2026, 11, 23)
ANN, BEN, CAT, DAN = (uuid.UUID(int=n) for n in range(1, 5))


def of(**more: Any) -> list[Any]:
    given: dict[str, Any] = {
        "today": MONDAY,
        "due_from": MONDAY,
        "due_to": MONDAY + timedelta(days=3),
        "paired": [],
        "last_visitor": None,
        "same_building": [],
        "here": {ANN, BEN, CAT, DAN},
        "free": {},
    }
    return suggest(**{**given, **more})


def test_the_paired_helper_comes_before_who_went_last_and_who_goes_next_door() -> None:
    found = of(paired=[CAT], last_visitor=BEN, same_building=[ANN])
    assert [(one.user_id, one.why) for one in found] == [
        (CAT, "paired"),
        (BEN, "last_visited"),
        (ANN, "same_building"),
    ]


def test_nobody_is_named_twice() -> None:
    found = of(paired=[ANN], last_visitor=ANN, same_building=[ANN])
    assert [(one.user_id, one.why) for one in found] == [(ANN, "paired")]


def test_who_no_longer_works_here_is_not_suggested() -> None:
    assert of(last_visitor=ANN, here={BEN}) == []


def test_nobody_without_a_tie_is_suggested() -> None:
    assert of() == []


def test_a_window_without_a_free_day_is_a_clash_with_the_next_free_day_as_the_way_out() -> None:
    (one,) = of(paired=[ANN], free={ANN: Free((6, 7))})
    assert (one.clash, one.next_free) == (True, date(2026, 11, 28))


def test_a_free_day_inside_the_window_is_no_clash() -> None:
    (one,) = of(paired=[ANN], free={ANN: Free((3,))})
    assert (one.clash, one.next_free, one.free_today) == (False, None, False)


def test_who_said_nothing_about_days_clashes_with_nothing() -> None:
    (one,) = of(paired=[ANN])
    assert (one.clash, one.said_free) == (False, False)


def test_a_late_visit_is_measured_from_today() -> None:
    (one,) = of(
        paired=[ANN],
        due_from=MONDAY - timedelta(days=9),
        due_to=MONDAY - timedelta(days=2),
        free={ANN: Free((1,))},
    )
    assert (one.clash, one.free_today) == (False, True)
