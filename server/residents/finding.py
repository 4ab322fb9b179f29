"""Homes and people for the box that searches everywhere: the register's own words, a few rows, no count."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement

from server.access.actor import Actor
from server.residents import repository, service, writing
from server.residents.repository import households, residents
from server.residents.search_words import Term, name_words


def _conditions(
    area_id: str, terms: Sequence[Term], *, of_household: bool
) -> list[ColumnElement[bool]]:
    said = [(term.prefix, writing.phone_index(term.phone_tail) if term.phone_tail else None) for term in terms]  # fmt: skip
    if of_household:
        return [repository.household_found_by(area_id, prefix, blind) for prefix, blind in said]
    return [residents.found_by(area_id, prefix, blind) for prefix, blind in said]


def homes(actor: Actor, area_id: str, terms: Sequence[Term], most: int) -> list[service.Brief]:
    """Homes by their own words or those of anybody in them, in door order."""
    rows = households.first(actor, area_id, _conditions(area_id, terms, of_household=True), most)
    return [service.brief_of(row) for row in rows]


def people(actor: Actor, area_id: str, terms: Sequence[Term], most: int) -> list[dict[str, Any]]:
    """People by the same words, with their doors."""
    rows = residents.first(actor, area_id, _conditions(area_id, terms, of_household=False), most)
    return [
        {"id": person_id, "title": name, "line": address, "household_id": home_id, "word": status}
        for person_id, name, status, home_id, address in rows
    ]


def by_name(names: dict[uuid.UUID, str], terms: Sequence[Term]) -> list[uuid.UUID]:
    """Those whose name, said or spelt, has every word."""
    found = []
    for one, name in names.items():
        words = name_words(name)
        if all(any(word.startswith(term.prefix) for word in words) for term in terms):
            found.append(one)
    return found
