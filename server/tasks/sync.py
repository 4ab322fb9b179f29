"""What phones may do to tasks without a network, and what a task looks like on them.

A held task goes to its holder's phones only; a task of the pool goes to every phone of the committee
with its address and days and nothing of the household. Losing a claim is a sentence, never a loss of
anything recorded; declining what somebody else already has is done without a word.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from server.access.actor import Actor, system
from server.access.disclosure import declare, disclose
from server.kit import clock
from server.kit.errors import Invalid, NotFound
from server.kit.events import on
from server.kit.schemas import Text
from server.pairing import service as pairing
from server.residents import service as residents
from server.residents.events import HouseholdsChanged
from server.sync import attention
from server.sync.changes import record_change
from server.sync.handlers import (
    Applied,
    Mutation,
    Push,
    Reader,
    Rejected,
    Verdict,
    mutation,
    pull_source,
)
from server.sync.quarantine import EntryKept
from server.tasks import service
from server.tasks.arrivals import read
from server.tasks.board import need_of
from server.tasks.contact import Contact
from server.tasks.events import ContactChanged, TaskChanged
from server.tasks.lifecycle import HELD, State
from server.tasks.models import Task
from server.tasks.refusals import PersonNotHere, TaskOver, TaskTaken
from server.tasks.repository import care_contacts, tasks

DECLINE_REASONS = ("unwell", "away", "no_time", "not_suitable", "other")

POOL_VIEW = declare(
    "task",
    "pool",
    (
        "id", "kind", "household_id", "plate", "address", "display_name", "state",
        "assignee", "priority", "reasons", "due_from", "due_to", "note", "agreed", "version",
    ),
)  # fmt: skip
"""The same keys as for the holder; household, name, note, reasons and what was agreed stay empty."""
HELD_VIEW = declare("task", "holder", POOL_VIEW)


class ClaimPayload(Schema):
    """Nothing but the wish."""


class DeclinePayload(Schema):
    """Why not; the reason is a code, the note is optional."""

    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))
    note = Text(load_default="", most=200)


class HandOverPayload(Schema):
    """To whom; nobody named means whoever is free."""

    to_user_id = fields.UUID(required=True, allow_none=True)
    note = Text(load_default="", most=200)


class ReportPayload(Schema):
    """How an errand ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(("done", "not_done")))
    note = Text(load_default="", most=500)


@on(TaskChanged)
def spread(event: TaskChanged) -> None:
    """Take the task from the phones that no longer have it, then give it to those that do."""
    if event.was_pooled and not event.pooled:
        record_change(event.area_id, "task", event.task_id, op="tombstone")
    if event.former is not None and event.former != event.holder:
        record_change(
            event.area_id, "task", event.task_id, op="tombstone", audience_user=event.former
        )
    if event.pooled:
        record_change(event.area_id, "task", event.task_id)
    elif event.holder is not None:
        record_change(
            event.area_id,
            "task",
            event.task_id,
            household_id=event.household_id,
            audience_user=event.holder,
        )


@on(ContactChanged)
def renew_card(event: ContactChanged) -> None:
    """The household's card shows its last contact."""
    record_change(
        event.area_id,
        "household",
        event.household_id,
        household_id=event.household_id,
        part="last_contact",
    )


@on(HouseholdsChanged)
def renew_tasks_of_changed(event: HouseholdsChanged) -> None:
    """A task's row shows the door and the name of its household."""
    _renew(event.household_ids)


@on(pairing.AgreementChanged)
def renew_tasks_of_agreed(event: pairing.AgreementChanged) -> None:
    """A task's row shows what was agreed with its household."""
    _renew((event.household_id,))


def _renew(household_ids: Sequence[uuid.UUID]) -> None:
    for task in tasks.live_visits_of(household_ids):
        pooled = task.state == State.OPEN
        record_change(
            task.area_id,
            "task",
            task.id,
            household_id=None if pooled else task.household_id,
            audience_user=None if pooled else task.assignee_id,
        )


@on(EntryKept)
def nothing_to_decide(event: EntryKept) -> None:
    """A lost claim is told to the volunteer and asks nothing of the committee."""
    if event.code == "task_taken":
        attention.close(system("a lost claim needs no decision"), event.item_id, reason=TAKEN)


@pull_source("task")
def task_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Rows of live tasks; what is over or with somebody else is left out and becomes a tombstone."""
    found = tasks.seen_by_phone(reader.actor, [uuid.UUID(one) for one in ids])
    homes = {task.household_id for task in found if task.household_id}
    briefs = residents.briefs_checked(homes)
    known = care_contacts.of_households(homes)
    agreed = pairing.agreements(homes)
    rows: dict[str, Mapping[str, Any]] = {}
    for task in found:
        door = briefs.get(task.household_id) if task.household_id else None
        row: dict[str, Any] = {
            "id": str(task.id),
            "kind": task.kind,
            "household_id": None,
            "plate": (door.plate if door else NOWHERE),
            "address": door.address if door else (task.place or ""),
            "display_name": None,
            "state": str(task.state),
            "assignee": "pool",
            "priority": 0,
            "reasons": [],
            "due_from": task.due_from.isoformat(),
            "due_to": task.due_to.isoformat(),
            "note": None,
            "agreed": [],
            "version": task.version,
        }
        if task.state in HELD and task.assignee_id == reader.actor.user_id:
            contact_row = known.get(task.household_id) if task.household_id else None
            contact = read(contact_row) if contact_row else Contact()
            wanted = need_of(task, contact, clock.today())
            said = agreed.get(task.household_id) if task.household_id else None
            row |= {
                "household_id": str(task.household_id) if task.household_id else None,
                "display_name": door.display_name if door else None,
                "assignee": "me",
                "priority": wanted.priority,
                "reasons": list(wanted.reasons),
                "note": task.note,
                "agreed": list(said.sentences) if said else [],
            }
            rows[row["id"]] = disclose("task", "holder", row)
        elif task.state == State.OPEN:
            rows[row["id"]] = disclose("task", "pool", row)
    return rows


TAKEN = "别人先接了。"
NOWHERE = {"building": None, "unit": None, "room": None, "house": None}


@mutation("task.claim")
def claim(push: Push, mutations: Sequence[Mutation]) -> Sequence[Verdict]:
    """Take tasks from the pool."""
    return [
        _verdict(push, one, ClaimPayload(), lambda actor, task_id, _: service.claim(actor, task_id))
        for one in mutations
    ]


@mutation("task.decline")
def decline(push: Push, mutations: Sequence[Mutation]) -> Sequence[Verdict]:
    """Give tasks back with a reason."""
    return [
        _verdict(
            push, one, DeclinePayload(),
            lambda actor, task_id, said: service.decline(actor, task_id, **said),
        )
        for one in mutations
    ]  # fmt: skip


@mutation("task.hand_over")
def hand_over(push: Push, mutations: Sequence[Mutation]) -> Sequence[Verdict]:
    """Pass tasks on."""
    return [
        _verdict(
            push, one, HandOverPayload(),
            lambda actor, task_id, said: service.hand_over(actor, task_id, **said),
        )
        for one in mutations
    ]  # fmt: skip


@mutation("task.report")
def report(push: Push, mutations: Sequence[Mutation]) -> Sequence[Verdict]:
    """Say how errands ended."""
    return [
        _verdict(
            push, one, ReportPayload(),
            lambda actor, task_id, said: service.report(actor, task_id, **said),
        )
        for one in mutations
    ]  # fmt: skip


def _verdict(
    push: Push,
    one: Mutation,
    schema: Schema,
    verb: Callable[[Actor, uuid.UUID, dict[str, Any]], Task | None],
) -> Verdict:
    """One mutation carried out; what somebody else decided meanwhile is no loss."""
    try:
        said = schema.load(one.payload)
    except ValidationError as wrong:
        field = next(iter(wrong.messages_dict), None)
        return Rejected("invalid", field=field)
    actor = replace(push.actor, user_id=push.user_id)
    try:
        task = verb(actor, one.entity_id, said)
    except (NotFound, Invalid):
        return Rejected("invalid", field="entity_id")
    except PersonNotHere:
        now = _now(actor, one.entity_id)
        return Rejected("invalid", field="to_user_id", area_id=now.area_id if now else None)
    except (TaskTaken, TaskOver):
        now = _now(actor, one.entity_id)
        return Rejected("task_taken", area_id=now.area_id if now else None)
    if task is None:  # it went elsewhere meanwhile: what was wished has happened
        task = _now(actor, one.entity_id)
        if task is None:
            return Rejected("invalid", field="entity_id")
    return Applied({str(task.id): task.version}, task.area_id)


def _now(actor: Actor, task_id: uuid.UUID) -> Task | None:
    return tasks.one_in_areas_of(actor, task_id)
