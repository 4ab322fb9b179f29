"""The verbs of the committee's named contact: see who is helped, note what was asked and given, take a note away."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.accounts import service as accounts
from server.assists.models import Assist
from server.assists.repository import assists
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.residents import service as residents
from server.residents.changes import service as changes

VIEW = "assist", "contact"
declare(*VIEW, ("id", "on", "asked", "given", "by_name"))


def listed(actor: Actor) -> list[dict[str, Any]]:
    """Everybody of whom help may be noted, in door order, with the notes."""
    people = residents.helped_by_offices(actor)
    # A note stays with the line it was made of; two lines of one person are read together.
    earlier = changes.earlier_lines({person.area_id for person in people})
    notes = _notes(
        actor,
        {
            _about(line): person.id
            for person in people
            for line in (person.id, *earlier.get(person.id, ()))
        },
    )
    return [
        {
            "resident_id": person.id,
            "name": person.name,
            "address": person.address,
            "notes": notes.get(person.id, []),
        }
        for person in people
    ]


def note(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Keep one note; it starts nothing else. Raises NotFound for anybody else, Invalid for an empty one."""
    if not data["asked"] and not data["given"]:
        raise Invalid(fields={"given": "写一句要了什么，或者帮了什么。"})
    if data["on"] > clock.today():
        raise Invalid(fields={"on": "日子在今天之后，请再看一眼。"})
    known = [one for one in residents.helped_by_offices(actor) if one.id == data["resident_id"]]
    if not known:
        raise NotFound()
    row = Assist(area_id=known[0].area_id, about=_about(data["resident_id"]))
    row.said = orjson.dumps(
        {"on": data["on"], "asked": data["asked"], "given": data["given"], "by": actor.me}
    ).decode()
    db.session.add(row)
    db.session.flush()
    touched(row.id, area_id=row.area_id)
    return _shown([row])[0]


def remove(actor: Actor, assist_id: uuid.UUID) -> None:
    """A note that should not be there is gone. Raises NotFound."""
    row: Assist = assists.get(actor, assist_id)
    touched(row.id, area_id=row.area_id)
    db.session.delete(row)
    db.session.flush()


def _about(resident_id: uuid.UUID) -> str:
    return keyring().blind("assist", str(resident_id))


def _notes(actor: Actor, of: dict[str, uuid.UUID]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    rows = assists.about(actor, of)
    touched(*(row.id for row in rows))
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for row, shown in zip(rows, _shown(rows), strict=True):
        found.setdefault(of[row.about], []).append(shown)
    return found


def _shown(rows: list[Assist]) -> list[dict[str, Any]]:
    said = [orjson.loads(row.said) for row in rows]
    names = accounts.names({uuid.UUID(one["by"]) for one in said})
    return [
        disclose(
            *VIEW,
            {
                **one,
                "id": row.id,
                "on": date.fromisoformat(one["on"]),
                "by_name": names.get(uuid.UUID(one["by"]), ""),
            },
        )
        for row, one in zip(rows, said, strict=True)
    ]
