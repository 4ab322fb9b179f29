"""What visits bring to sync: two mutations, and the rows phones pull of households, committees and own visits."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.access.disclosure import declare, disclose
from server.accounts import service as accounts
from server.areas import service as areas
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.events import on
from server.pairing import service as pairing
from server.residents import service as residents
from server.residents.changes import following
from server.residents.changes.events import HomesJoined, HomesParted
from server.residents.door_codes import service as door_codes
from server.residents.events import HouseholdsChanged
from server.residents.service import CardContact
from server.sync.changes import record_change
from server.sync.handlers import Reader, mutation, pull_part, pull_source
from server.tasks import service as tasks
from server.visits import recording, repository
from server.visits.models import Visit
from server.visits.own import own_row

following.follows(Visit, also=Visit.first_id.in_)
mutation("visit.record")(recording.record)
mutation("visit.amend")(recording.amend)

EMERGENCY = (("公安", "110"), ("急救", "120"), ("消防", "119"))

HOUSEHOLD_VIEW = declare(
    "household",
    "phone",
    (
        "id",
        "area_id",
        "plate",
        "address",
        "display_name",
        "people",
        "contacts",
        "agreed",
        "agreed_on",
        "notes",
        "last_contact",
        "last_contact_days",
        "codes",
        "form",
    ),
)
AREA_VIEW = declare(
    "area",
    "phone",
    ("id", "name", "path", "phone", "emergency", "code_key", "dial_key", "colleagues"),
)


@pull_source("visit")
def visit_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """One's own visits, newest versions, without their answers."""
    found = repository.own([uuid.UUID(i) for i in ids], reader.actor.me)
    return {str(row["id"]): own_row(row) for row in found}


@on(HomesJoined)
def count_together(event: HomesJoined) -> None:
    """Visits of two households that are one are counted together; phones learn where theirs are now."""
    recording.tell_anew(event.to_id, event.area_id, following.traces(event.change_id, "visit"))


@on(HomesParted)
def count_apart(event: HomesParted) -> None:
    """Each household has its own visits again, those that came for it meanwhile too."""
    moved = following.traces(event.change_id, "visit")
    recording.tell_anew(event.from_id, event.area_id, moved)
    recording.tell_anew(event.to_id, event.area_id, ())
    tasks.ask_anew(event.change_id, event.joined_at)


@on(HouseholdsChanged)
def renew_cards(event: HouseholdsChanged) -> None:
    """Cards on the phones follow the register and the codes on the doors."""
    for household_id in event.household_ids:
        record_change(event.area_id, "household", household_id, household_id=household_id)


@pull_part("household", "last_contact")
def last_contacts(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """When somebody of the household was last met, by whom, and what was to come of it."""
    wanted = [uuid.UUID(i) for i in ids]
    facts = tasks.contacts_of(wanted)
    met = {home: fact.met for home, fact in facts.items() if fact.met is not None}
    names = accounts.names({fact.by for fact in met.values()})
    then = repository.follow_ups([(home, fact.day, fact.by) for home, fact in met.items()])
    today = clock.today()
    return {
        str(home): {"last_contact": None, "last_contact_days": None}
        if (last := met.get(home)) is None
        else {
            "last_contact": {
                "date": last.day.isoformat(),
                "kind": last.mode,
                "by": names.get(last.by, ""),
                "outcome": last.met,
                "next": then.get((home, last.day, last.by), "none"),
            },
            "last_contact_days": (today - last.day).days,
        }
        for home in wanted
    }


@pull_source("household")
def household_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The card of an assigned household: the door, whom to ask for, whom to call, what was agreed.

    ``form`` is the form to fill in there, and all the card says of why it is that one.
    """
    wanted = [uuid.UUID(i) for i in ids]
    cards = residents.household_cards(reader.actor, wanted)
    agreed = pairing.agreements(wanted)
    codes = door_codes.phone_rows(wanted)
    contacts = last_contacts(reader, ids)
    rows: dict[str, Mapping[str, Any]] = {}
    for household_id, card in cards.items():
        promise = agreed.get(household_id)
        rows[str(household_id)] = disclose(
            "household",
            "phone",
            {
                "id": str(household_id),
                "area_id": card.area_id,
                "plate": {
                    "building": card.plate.building,
                    "unit": card.plate.unit,
                    "room": card.plate.room,
                    "house": card.plate.house,
                },
                "address": card.address,
                "display_name": card.display_name,
                "people": [
                    {"id": str(p.id), "name": p.name, "relation_label": p.relation_label}
                    for p in card.people
                ],
                "contacts": [_contact(card.area_id, c) for c in card.contacts],
                "agreed": [] if promise is None else list(promise.sentences),
                "agreed_on": None if promise is None else promise.since.isoformat(),
                "notes": [],
                **contacts[str(household_id)],
                "codes": codes.get(household_id, []),
                "form": "F2" if card.elder else "F1",
            },
        )
    return rows


def dial_key(area_id: str) -> bytes:
    """The key under which agreed contacts' numbers travel to phones of this committee's volunteers."""
    return keyring().mac("dial-key", area_id.encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _contact(area_id: str, contact: CardContact) -> dict[str, Any]:
    nonce = keyring().mac("dial-nonce", f"{contact.id}|{contact.phone}".encode())[:12]
    box = AESGCM(dial_key(area_id)).encrypt(
        nonce, contact.phone.encode(), f"dial:{contact.id}".encode()
    )
    return {
        "id": str(contact.id),
        "name": contact.name,
        "relation": contact.relation,
        "phone_masked": contact.phone_masked,
        "phone_box": _base64url(nonce + box),
    }


@pull_source("area")
def area_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The committee itself: whom to call, who else is on the way, and the keys for doors and numbers."""
    rows: dict[str, Mapping[str, Any]] = {}
    for code in ids:
        if code not in reader.areas:
            continue
        area = areas.get(code)
        rows[code] = disclose(
            "area",
            "phone",
            {
                "id": code,
                "name": area.name,
                "path": areas.path_name(code),
                "phone": area.phone,
                "emergency": [{"label": label, "number": number} for label, number in EMERGENCY],
                "code_key": _base64url(door_codes.code_key(code)),
                "dial_key": _base64url(dial_key(code)),
                "colleagues": [
                    {"id": str(one.id), "name": one.name} for one in accounts.colleagues(code)
                ],
            },
        )
    return rows
