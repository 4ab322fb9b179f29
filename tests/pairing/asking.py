"""Pairings as the committee asks for them, and what a person sees of homes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.access.repository import household_ids_of
from server.kit import clock
from server.kit.unit_of_work import transaction
from tests.factories.people import Person


def sees(person: Person) -> set[uuid.UUID]:
    """The homes that are open to somebody now."""
    with transaction(write=False):
        return set(household_ids_of(person.user_id, clock.now()))


def asked(household: uuid.UUID, helper: Person, **more: Any) -> dict[str, Any]:
    """Form F10, both having said yes."""
    today = clock.today()
    return {
        "household_id": str(household),
        "helper_id": str(helper.user_id),
        "content": ["companionship", "errand"],
        "frequency": "weekly",
        "start_on": today.isoformat(),
        "review_on": (today + timedelta(days=90)).isoformat(),
        "agreed": ["每周买一次菜，她写单子", "敲门后多等一会儿"],
        "home_agreed_how": "signature",
        "helper_told": True,
        **more,
    }


def pair(by: Person, client: FlaskClient, *args: Any, **more: Any) -> Any:
    return by.call(client, "POST", "/pairings/", json=asked(*args, **more))


def mine(helper: Person, client: FlaskClient) -> list[dict[str, Any]]:
    """What is on the helper's own page."""
    answer = helper.call(client, "GET", "/pairings/mine")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: list[dict[str, Any]] = answer.get_json()
    return told


def say(helper: Person, client: FlaskClient, one_id: str, *, yes: bool, reason: str = "") -> Any:
    """The helper's answer to what they were asked."""
    body = {"yes": yes, "reason": reason}
    return helper.call(client, "POST", f"/pairings/mine/{one_id}/answer", json=body)
