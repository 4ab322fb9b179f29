"""One question to every list a person may read.

Each kind is asked with the permission its own list needs and through that list's own reads, so that
what is sealed to others leaves no row, no count and no kind here either. Nobody but the log-in's own
day count learns that somebody searched; the words are written nowhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.concerns import finding as concerns
from server.duty_reports import service as duty_reports
from server.kit import clock
from server.kit.errors import NotFound
from server.pairing import service as pairing
from server.residents import finding as register
from server.residents.search_words import Term, terms_of
from server.tasks import board
from server.visits import service as visits

SHOWN = 6
"""Rows of one kind; its own list has the rest."""
DOORS = 20
"""Homes whose visits, tasks and pairings are looked up: more is a question for a list."""

Row = dict[str, Any]


@dataclass
class _Question:
    """What is asked, and the homes and helpers that answer to it."""

    actor: Actor
    area_id: str
    query: str
    terms: list[Term]
    homes: list[uuid.UUID]
    helpers: list[uuid.UUID]


def _row(one: uuid.UUID, title: str, line: str, **more: Any) -> Row:
    return {"id": one, "title": title, "line": line, "word": None, "day": None, "household_id": None, **more}  # fmt: skip


def _day(at: datetime) -> date:
    return at.astimezone(clock.SHANGHAI).date()


def _tasks(asked: _Question, most: int) -> list[Row]:
    found = board.found(asked.actor, asked.area_id, asked.homes, asked.helpers, most)
    return [
        _row(
            task["id"],
            task["display_name"] or task["address"],
            task["assignee_name"] or "",
            word=task["kind"],
            day=task["due_to"],
            household_id=task["household_id"],
        )
        for task in found
    ]


def _visits(asked: _Question, most: int) -> list[Row]:
    found = visits.found(asked.actor, asked.area_id, asked.homes, asked.helpers, most)
    return [
        _row(
            visit["id"],
            visit["display_name"] or visit["address"],
            visit["volunteer_name"],
            word=visit["met"],
            day=visit["visit_date"],
            household_id=visit["household_id"],
        )
        for visit in found
    ]


def _pairings(asked: _Question, most: int) -> list[Row]:
    found = pairing.found(asked.actor, asked.area_id, asked.homes, asked.helpers, most)
    return [
        _row(
            one["id"],
            one["household_name"] or one["address"],
            one["helper_name"],
            word=one["state"],
            household_id=one["household_id"],
        )
        for one in found
    ]


def _concerns(asked: _Question, most: int) -> list[Row]:
    found = concerns.found(asked.actor, asked.area_id, asked.query, asked.terms, most)
    return [
        _row(one.id, one.title, one.query_code, word=one.status, day=_day(one.submitted_at))
        for one in found
    ]


def _duty_reports(asked: _Question, most: int) -> list[Row]:
    found = duty_reports.found(asked.actor, asked.area_id, asked.terms, most)
    return [
        _row(
            one["id"],
            one["display_name"] or one["address"] or "",
            one["reporter_name"],
            word=one["kind"],
            day=_day(one["received_at"]),
        )
        for one in found
    ]


_DERIVED: tuple[tuple[str, str, Callable[[_Question, int], list[Row]]], ...] = (
    ("task", "tasks.read", _tasks),
    ("visit", "visits.read", _visits),
    ("concern", "concerns.read", _concerns),
    ("pairing", "pairing.read", _pairings),
    ("duty_report", "duty_reports.read", _duty_reports),
)


def everywhere(actor: Actor, query: str, area_id: str | None) -> list[dict[str, Any]]:
    """The first rows of each kind the person may read in a committee. Raises NotFound for a committee of others."""
    held = actor.areas
    area = area_id or (held[0] if held else "")
    if not any(area.startswith(code) for code in held):
        raise NotFound()
    asked = _Question(actor, area, query, terms_of(query), [], [])
    if not asked.terms:
        return []
    groups = []
    if actor.may("residents.read", area):
        doors = register.homes(actor, area, asked.terms, DOORS)
        asked.homes = [door.id for door in doors]
        homes = [_row(door.id, door.display_name or door.address, door.address) for door in doors]
        groups.append(("home", homes))
        people = register.people(actor, area, asked.terms, SHOWN + 1)
        groups.append(("person", [_row(one.pop("id"), **one) for one in people]))
    names = accounts.people_of(actor, area)
    asked.helpers = register.by_name(names, asked.terms)
    groups.append(("helper", [_row(one, names[one], "") for one in asked.helpers]))
    for kind, permission, look in _DERIVED:
        if actor.may(permission, area):
            groups.append((kind, look(asked, SHOWN + 1)))
    return [
        {"kind": kind, "more": len(rows) > SHOWN, "rows": rows[:SHOWN]}
        for kind, rows in groups
        if rows
    ]
