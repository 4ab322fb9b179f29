"""When somebody was last met, kept right whatever order the visits arrive in.

A meeting or an answered call counts, a closed door does not, and what a neighbour or a device says
is not a contact with the household.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

MEETING = frozenset({"met", "family"})
DIRECT = frozenset({"door", "phone", "video"})
IN_VAIN = frozenset({"not_met"})
KEPT_TRIES = 20


@dataclass(frozen=True)
class Fact:
    """What one visit says: who, when, how, and whether somebody was met."""

    day: date
    by: uuid.UUID
    mode: str
    met: str


@dataclass(frozen=True)
class Contact:
    """The newest meeting, and the days after it at which nobody was met (oldest first)."""

    met: Fact | None = None
    tried: Fact | None = None
    tried_days: tuple[date, ...] = ()


def is_contact(mode: str, met: str) -> bool:
    """Whether a visit of this kind reached the household."""
    return met in MEETING and mode in DIRECT


def _newer(one: Fact | None, other: Fact) -> Fact:
    """The later of two facts; on the same day the one whose text sorts later, so that order of arrival does not matter."""
    if one is None:
        return other
    return max(one, other, key=lambda fact: (fact.day, str(fact.by), fact.mode, fact.met))


def heard(contact: Contact, fact: Fact) -> Contact:
    """The contact after one more visit."""
    if is_contact(fact.mode, fact.met):
        met = _newer(contact.met, fact)
        days = tuple(day for day in contact.tried_days if day > met.day)
        return replace(contact, met=met, tried_days=days, tried=_still(contact.tried, met))
    if fact.met in IN_VAIN and (contact.met is None or fact.day > contact.met.day):
        days = tuple(sorted((*contact.tried_days, fact.day)))[-KEPT_TRIES:]
        return replace(contact, tried=_newer(contact.tried, fact), tried_days=days)
    return contact


def _still(tried: Fact | None, met: Fact) -> Fact | None:
    return tried if tried is not None and tried.day > met.day else None


def from_all(facts: Iterable[Fact]) -> Contact:
    """The contact a whole history leads to (after a correction)."""
    contact = Contact()
    for fact in facts:
        contact = heard(contact, fact)
    return contact
