"""The sheet a helper hands on when they leave: every door they have, what was agreed, what is still to do."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.pairing import service as pairing
from server.residents import service as residents
from server.tasks.arrivals import contacts_of
from server.tasks.board import area_of
from server.tasks.contact import Contact
from server.tasks.repository import tasks

ALL_HOMES = 10_000
"""More than anybody is paired with: a sheet never leaves one out."""


def sheet(actor: Actor, user_id: uuid.UUID, *, area_id: str | None) -> dict[str, Any]:
    """Every home a helper is paired with or has a visit to, in door order. Raises NotFound."""
    area = area_of(actor, area_id)
    pairs = pairing.listed(
        actor,
        area_id=area,
        household_id=None,
        helper_id=user_id,
        with_ended=False,
        page_size=ALL_HOMES,
    )["rows"]
    held = [task for task in tasks.live_of_area(actor, area) if task.assignee_id == user_id]
    ids = {row["household_id"] for row in pairs}
    ids |= {task.household_id for task in held if task.household_id}
    if not ids and not accounts.works_within(user_id, area):
        raise NotFound()
    homes = residents.briefs(actor, ids)
    contacts = contacts_of(homes)
    names = accounts.names(
        {user_id} | {one.met.by for one in contacts.values() if one.met is not None}
    )
    touched(user_id, *homes, area_id=area)
    return {
        "name": names.get(user_id, ""),
        "as_of": clock.now(),
        "homes": [
            {
                "household_id": home.id,
                "display_name": home.display_name,
                "address": home.address,
                "plate": home.plate,
                "pairing": next((row for row in pairs if row["household_id"] == home.id), None),
                "last_contact": _last(contacts.get(home.id, Contact()), names),
                "tried_days": list(contacts.get(home.id, Contact()).tried_days),
                "tasks": [
                    {
                        "id": task.id,
                        "kind": task.kind,
                        "purpose": task.purpose,
                        "due_from": task.due_from,
                        "due_to": task.due_to,
                        "note": task.note,
                    }
                    for task in held
                    if task.household_id == home.id
                ],
            }
            for home in sorted(homes.values(), key=lambda home: (home.door_order, str(home.id)))
        ],
    }


def _last(contact: Contact, names: dict[uuid.UUID, str]) -> dict[str, Any] | None:
    if contact.met is None:
        return None
    return {"day": contact.met.day, "by_name": names.get(contact.met.by), "mode": contact.met.mode}
