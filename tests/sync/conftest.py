"""A mutation and a row kind of the suite's own, so that sync is tested without any feature."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync import handlers
from server.sync.changes import record_change
from server.sync.handlers import Applied, Conflict, Mutation, Push, Reader, Rejected, Retry, Verdict
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone


@dataclass
class Notes:
    """What the suite's own mutation ``note.write`` did, kept where a rollback does not reach."""

    calls: list[list[str]] = field(default_factory=list)
    boom: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)

    def handle(self, push: Push, items: Sequence[Mutation]) -> Sequence[Verdict]:
        self.calls.append([m.payload["text"] for m in items])
        verdicts: list[Verdict] = []
        for item in items:
            text = item.payload["text"]
            if text in self.boom:
                raise ZeroDivisionError
            if text == "no" and push.accepted_by is None:
                verdicts.append(Rejected("not_assigned", facts={"assigned_then": True}))
            elif text == "clash":
                verdicts.append(Conflict(7, ["text"]))
            elif text == "later":
                verdicts.append(Retry(9))
            else:
                household = item.payload.get("household_id")
                record_change(
                    COMMITTEE,
                    "note",
                    item.entity_id,
                    household_id=uuid.UUID(household) if household else None,
                    audience_user=push.user_id,
                )
                verdicts.append(Applied({str(item.entity_id): 1}, COMMITTEE))
        db.session.flush()
        return verdicts

    def rows(self, reader: Reader, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {i: {"id": i, "text": "…"} for i in ids}


@pytest.fixture
def notes(app: Flask) -> Iterator[Notes]:
    made = Notes()
    handlers.mutation("note.write", schema=3, up={2: lambda p: {"text": p["words"]}})(made.handle)
    handlers.pull_source("note")(made.rows)
    yield made
    handlers.forget("note.write")
    handlers.forget("note")


@pytest.fixture
def phone(app: Flask, client: FlaskClient, clock_at: clock.SetClock) -> Phone:
    return make_phone(make_person("volunteer"), client)


def note(phone: Phone, text: str = "hello", **more: Any) -> dict[str, Any]:
    """The next note of a phone."""
    payload = {"text": text, **more.pop("payload", {})}
    return phone.record("note.write", payload, schema=3, **more)


@pytest.fixture
def household_rows(app: Flask) -> Iterator[None]:
    """A source of household rows that asks no feature, in place of the real one."""
    real = handlers.source_of("household")
    handlers.forget("household")

    def rows(reader: Reader, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {i: {"id": i, "address": "一号楼"} for i in ids}

    handlers.pull_source("household")(rows)
    yield
    handlers.forget("household")
    if real is not None:
        handlers.pull_source("household")(real)


def assign(phone: Phone, household_id: uuid.UUID | None = None, **more: Any) -> uuid.UUID:
    """Give a household to the phone's person, the way a task does."""
    household_id = household_id or new_id()
    with transaction(write=True):
        record_change(COMMITTEE, "household", household_id, household_id=household_id)
        access.grant_household(
            user_id=phone.person.user_id,
            household_id=household_id,
            area_id=COMMITTEE,
            cause="task",
            cause_id=more.pop("cause_id", household_id),
            **more,
        )
    return household_id
