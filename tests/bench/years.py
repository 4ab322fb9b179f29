"""Three years of a committee's work in rows: visits with sealed answers, done tasks, pairings, concerns."""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from server.cadence import repository as care_days
from server.concerns.models import CATEGORIES, Concern
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.pairing.models import Pairing
from server.tasks.contact import Contact, Fact, from_all
from server.tasks.models import Task
from server.tasks.repository import care_contacts
from server.visits.models import Visit

MONTHS = 36
SHARE = 0.6
"""Of a hundred homes, sixty are visited in a month."""
BATCH = 2_000
ANSWERS = '{"notes":"煤气灶换了新管，下次带两节电池。"}'
ELDERS = (
    '{"health":{"state":"watch","signs":["medicine"]},"mind":{"state":"well","signs":[]},'
    '"safety":{"state":"well","signs":[]},"hygiene":{"state":"well","signs":[]},'
    '"living":{"state":"well","signs":[]},"opinion":"药快吃完了。"}'
)
"""Every third visit is an elder's check with one thing to keep an eye on."""


def three_years(area: str, homes: Sequence[uuid.UUID]) -> int:
    """Write what was done at these homes of one committee; how many visits there were."""
    chance, helpers = random.Random(area), [new_id() for _ in range(max(len(homes) // 40, 1))]
    heard: dict[uuid.UUID, list[Fact]] = {home: [] for home in homes}
    visits = list(_visits(area, homes, helpers, chance, heard))
    with transaction(write=True):
        for start in range(0, len(visits), BATCH):
            part = visits[start : start + BATCH]
            insert_rows(Visit, part)
            insert_rows(Task, [_done(area, one) for one in part])
        last: dict[uuid.UUID, tuple[str, Contact]] = {}
        for home, facts in heard.items():
            if facts:
                last[home] = (area, from_all(facts))
        care_contacts.keep(last)
        care_days.add_contacts(
            [(home, area, one.day, one.mode, one.met) for home, facts in heard.items() for one in facts]
        )  # fmt: skip
        insert_rows(Pairing, [_pair(area, home, chance.choice(helpers)) for home in homes])
        insert_rows(Concern, [_concern(area, n) for n in range(max(len(homes) // 10, 5))])
    db.session.remove()
    return len(visits)


def _visits(
    area: str,
    homes: Sequence[uuid.UUID],
    helpers: Sequence[uuid.UUID],
    chance: random.Random,
    heard: dict[uuid.UUID, list[Fact]],
) -> Iterator[dict[str, Any]]:
    device, seq = new_id(), 0
    for back in reversed(range(MONTHS)):
        for home in homes:
            if chance.random() > SHARE:
                continue
            day = clock.today() - timedelta(days=30 * back + chance.randrange(20))
            met = "met" if chance.random() < 0.9 else "not_met"
            by, at = chance.choice(helpers), _noon(day)
            heard[home].append(Fact(day, by, "door", met))
            seq += 1
            visit = Visit()
            elders = seq % 3 == 0
            visit.answers = ELDERS if elders else ANSWERS
            yield {
                "id": visit.id, "first_id": visit.id, "version": 1, "replaced_by": None,
                "area_id": area, "household_id": home, "task_id": new_id(), "mutation_id": new_id(),
                "device_id": device, "device_seq": seq, "user_id": by, "accepted_by": None,
                "visit_date": day, "mode": "door", "purpose": "routine", "met": met,
                "next_action": "none", "next_date": None, "duration_min": 20, "evidence": "qr",
                "code_generation": 1, "form": "F2" if elders else "F1",
                "form_version": 1, "watch": int(elders),
                "answers_box": visit.answers_box, "flags": [], "needs_eye": False,
                "looked_at": None, "looked_by": None, "look": None, "same_as": None,
                "occurred_at_device": at, "tz_offset": 480, "offset_ms": None, "occurred_at": at,
                "clock_quality": "good", "received_at": at,
            }  # fmt: skip


def _done(area: str, visit: dict[str, Any]) -> dict[str, Any]:
    at = visit["received_at"]
    return {
        "id": visit["task_id"], "area_id": area, "kind": "home_visit", "mode": "door",
        "household_id": visit["household_id"], "place": None, "purpose": "routine", "state": "done",
        "assignee_id": visit["user_id"], "due_from": visit["visit_date"],
        "due_to": visit["visit_date"], "agreed_day": False, "tries": 0, "origin": "committee",
        "origin_id": None, "outcome": visit["met"], "visit_id": visit["id"], "finished_at": at,
        "created_by": None, "version": 3, "created_at": at, "updated_at": at,
    }  # fmt: skip


def _pair(area: str, home: uuid.UUID, helper: uuid.UUID) -> dict[str, Any]:
    now, began = clock.now(), clock.today() - timedelta(days=300)
    return {
        "id": new_id(), "area_id": area, "household_id": home, "helper_id": helper,
        "start_on": began, "review_on": began + timedelta(days=365), "end_on": None,
        "help_mode": "paired_help", "content": ["daily_care"], "frequency": "monthly",
        "phones_shared": False, "created_by": helper, "home_agreed_on": began,
        "home_agreed_how": "door", "helper_agreed_at": now, "helper_agreed_how": "phone",
        "version": 1, "created_at": now, "updated_at": now,
    }  # fmt: skip


def _concern(area: str, n: int) -> dict[str, Any]:
    at = clock.now() - timedelta(days=n % 1000)
    one = Concern()
    one.title, one.description, one.query_code = "楼道灯坏了", "三层楼道灯坏了三天。", "ABCD2345"
    over = n % 10 > 0
    return {
        "id": one.id, "area_id": area, "status": "closed" if over else "accepted",
        "category": CATEGORIES[n % len(CATEGORIES)], "nature": "request", "urgency": "normal",
        "channel": "door_code", "title_box": one.title_box, "description_box": one.description_box,
        "place": "3号楼", "anonymous": True, "hide_identity": False,
        "query_code_box": one.query_code_box, "query_index": secrets.token_hex(16),
        "link_index": secrets.token_hex(16), "submitted_at": at, "accept_by": at + timedelta(days=1),
        "accepted_at": at, "contact_by": at + timedelta(days=1),
        "finish_by": at + timedelta(days=15), "extended": False, "objected": False, "version": 1,
        "closed_at": at + timedelta(days=3) if over else None,
        "created_at": at, "updated_at": at,
    }  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=clock.now().tzinfo)
