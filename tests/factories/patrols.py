"""Patrols that are due, and what phones hand in of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import inspect

from server.access import tokens
from server.access.models import Session
from server.cadence import service as cadence
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.patrols import planning
from tests.factories.areas import COMMITTEE
from tests.factories.people import Person
from tests.factories.phones import Phone

CANARY = "青石榴7303"
HAZARD: dict[str, Any] = {"kind": "hazard", "type": "gas", "place": "3号楼2单元", "summary": "楼道里有煤气味"}  # fmt: skip
QUARREL: dict[str, Any] = {
    "kind": "dispute",
    "type": "neighbour",
    "level": "general",
    "source": "by_committee",
    "risk": "none",
    "found_date": "2026-11-23",
    "place": f"{CANARY}院",
    "summary": f"{CANARY}，为了楼道里的东西吵起来",
    "parties": [{"name": f"荀{CANARY}", "phone": "15400007303", "id_no": "149901199001017303"}],
    "people_count": 2,
}


def at_work(area_id: str = COMMITTEE) -> None:
    """What the first home on its register makes of a committee."""
    with transaction(write=True):
        cadence.note_committee(area_id)


def later(clock_at: clock.SetClock, days: int, *people: Person) -> None:
    """So many days from now, at which these people are still logged in."""
    clock_at.move(timedelta(days=days))
    with transaction(write=True):
        for person in people:
            (session_id,) = inspect(person.session).identity or ()
            session = db.session.get_one(Session, session_id)
            session.expires_at = session.idle_expires_at = clock.now() + timedelta(days=400)
            person.token = tokens.issue(session)


def planned(area_id: str = COMMITTEE) -> int:
    """What the job does for a committee now."""
    with transaction(write=True):
        return planning.plan(area_id)


def give(client: FlaskClient, by: Person, to: Person | None, grid: str = "") -> None:
    """A grid's patrols are somebody's."""
    wish = {"area_id": COMMITTEE, "grid": grid, "person_id": str(to.user_id) if to else None}
    answer = by.call(client, "POST", "/patrols/plan/places", json=wish)
    assert answer.status_code == 200, answer.get_data(as_text=True)


def due(phone: Phone) -> list[dict[str, Any]]:
    """The patrols a phone holds after it has pulled everything."""
    phone.pull_all()
    rows = [row for (entity, _), row in phone.rows.items() if entity == "patrol"]
    return sorted(rows, key=lambda row: (row["first_day"], row["last_day"], row["grid"]))


def found(phone: Phone, patrol: str | None, said: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A finding as a phone records it."""
    return phone.record("patrol.finding", {"patrol_id": patrol, **said}, **more)


def done(phone: Phone, patrol: str, *, zero: bool) -> dict[str, Any]:
    """The word that a patrol is done."""
    return phone.record("patrol.report", {"patrol_id": patrol, "zero": zero})


def desk(client: FlaskClient, who: Person, **query: Any) -> dict[str, Any]:
    """The patrols of the period as the desk sees them."""
    answer = who.call(client, "GET", "/patrols/", query_string={"area_id": COMMITTEE, **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def listed(client: FlaskClient, who: Person, **query: Any) -> dict[str, Any]:
    """The findings as the desk sees them."""
    asked = {"area_id": COMMITTEE, **query}
    answer = who.call(client, "GET", "/patrols/findings", query_string=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def act(client: FlaskClient, who: Person, finding: object, what: str, **more: Any) -> Any:
    """One step about a finding, from the version it has now."""
    path = f"/patrols/findings/{finding}"
    version = more.pop("version", None)
    if version is None:
        version = who.call(client, "GET", path).get_json()["version"]
    return who.call(client, "POST", f"{path}/steps", json={"act": what, "version": version, **more})
