"""Children of a home, and yeses about them, the way the product writes them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from server.kit import clock
from tests.factories.people import Person

GUARDIAN = {"name": "田听雨", "relation": "奶奶", "phone": "15400007311"}


def said_yes(**more: Any) -> dict[str, Any]:
    """A guardian's yes to children's checks, tapped on the screen."""
    return {
        "purpose": "child_check",
        "text_version": 1,
        "method": "tap",
        "given_by": "guardian",
        "guardian": GUARDIAN,
        "parents_told": False,
        "cannot_say": False,
        **more,
    }


def own_yes(**more: Any) -> dict[str, Any]:
    """A child's own yes, the parents told."""
    return said_yes(given_by="child", guardian=None, parents_told=True, **more)


def born(years: int, days: int = 0) -> date:
    """The birthday of somebody who turned so many years so many days ago."""
    day = date.fromordinal(clock.today().toordinal() - days)
    return day.replace(year=day.year - years)


def make_child(
    client: Any, by: Person, household: uuid.UUID, birthday: date | None, name: str = "荀小满"
) -> str:
    """A child in a home's register; its id."""
    one = {"name": name, "relation": "grandson"}
    if birthday is not None:
        one["birth_date"] = birthday.isoformat()
    answer = by.call(client, "POST", f"/households/{household}/residents", json=one)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(next(p["id"] for p in answer.get_json()["residents"] if p["name"] == name))
