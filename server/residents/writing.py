"""Puts rows into the register: sealed columns, search words, and the word of change to whoever waits.

Everything here is set-based, because a roster brings twenty thousand people at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from server.kit import clock, events
from server.kit.bulk import insert_rows
from server.kit.crypto import keyring
from server.kit.database import db
from server.residents import search_words
from server.residents.addresses import Plate
from server.residents.events import HouseholdsChanged, HouseholdsClosed, ResidentsGone
from server.residents.models import Household, Resident, SearchToken
from server.residents.repository import chunks
from server.sync.changes import record_change

SEALED = ("id_number", "other_document", "phone", "phone_alt", "disability_grade", "remark")


def id_index(number: str) -> str:
    """Blind index of an ID number, for finding the same person again."""
    return keyring().blind("resident.id_number", number)


def phone_index(tail: str) -> str:
    """Blind index of the last four digits of a phone, a word of the search table."""
    return "t:" + keyring().blind("resident.phone_tail", tail)


def seal(table: str, row_id: uuid.UUID, column: str, value: str | None) -> bytes | None:
    """What ``sealed_text`` would store in ``column``, for rows written without the mapper."""
    return keyring().seal(value.encode(), f"{table}:{row_id}:{column}") if value else None


def sealed_columns(row_id: uuid.UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """The boxes and the blind index of a resident's sensitive fields, those that ``values`` names."""
    boxes: dict[str, Any] = {
        f"{name}_box": seal("resident", row_id, f"{name}_box", values[name])
        for name in SEALED
        if name in values
    }
    if "id_number" in values:
        number = values["id_number"]
        boxes["id_index"] = id_index(number) if number else None
    return boxes


# --- search words ------------------------------------------------------------------------------


def person_words(name: str, phones: Iterable[str | None]) -> set[str]:
    tails = {phone_index(phone[-4:]) for phone in phones if phone and len(phone) >= 4}
    return search_words.name_words(name) | tails


def door_words(address: str, plate: Plate, *others: str) -> set[str]:
    return search_words.place_words(
        address, plate.building, plate.unit, plate.room, plate.house, *others
    )


def token_rows(
    area_id: str, household_id: uuid.UUID, resident_id: uuid.UUID | None, words: Iterable[str]
) -> list[dict[str, Any]]:
    """Rows of search words; without a resident they are the words of the door."""
    return [
        {
            "area_id": area_id,
            "token": word,
            "owner_id": resident_id or household_id,
            "household_id": household_id,
        }
        for word in words
    ]


def replace_words(
    rows: list[dict[str, Any]],
    *,
    residents: Collection[uuid.UUID] = (),
    households: Collection[uuid.UUID] = (),
) -> None:
    """Take away the words of these people and doors and write the given ones."""
    owners = [*residents, *households]
    for chunk in chunks(owners):
        db.session.connection().execute(
            delete(SearchToken.__table__).where(SearchToken.owner_id.in_(chunk))  # type: ignore[arg-type]  # a declarative table is a Table
        )
    insert_rows(SearchToken, rows)


def write_words_of(household: Household, people: Iterable[Resident] = ()) -> None:
    """Write anew the words of one household's door and of these people."""
    everybody = list(people)
    rows = token_rows(
        household.area_id,
        household.id,
        None,
        door_words(household.address, plate_of(household), household.village_group, household.grid),
    )
    for person in everybody:
        words = person_words(person.name, (person.phone, person.phone_alt))
        rows += token_rows(household.area_id, household.id, person.id, words)
    replace_words(rows, residents=[person.id for person in everybody], households=[household.id])


def plate_of(household: Household) -> Plate:
    return Plate(household.building, household.unit, household.room, household.house)


def display_name(people: Iterable[Any]) -> str:
    """Whom to ask for at the door: the head if present, otherwise the first person."""
    present = [person for person in people if person.status == "active"]
    head = next((person for person in present if person.relation == "head"), None)
    chosen = head or (present[0] if present else None)
    return str(chosen.name) if chosen is not None else ""


# --- telling -----------------------------------------------------------------------------------


def tell_changed(area_id: str, household_ids: Collection[uuid.UUID]) -> None:
    """The phones to which these households are assigned, and the features above, learn of the change."""
    ids = tuple(household_ids)
    if not ids:
        return
    for household_id in ids:
        record_change(area_id, "household", household_id, household_id=household_id)
    events.emit(HouseholdsChanged(area_id, ids))


def tell_closed(area_id: str, household_ids: Collection[uuid.UUID]) -> None:
    ids = tuple(household_ids)
    if not ids:
        return
    for household_id in ids:
        record_change(area_id, "household", household_id, household_id=household_id, op="tombstone")
    events.emit(HouseholdsClosed(area_id, ids))


def tell_left(area_id: str, household_id: uuid.UUID) -> None:
    """Phones let go of a household that became part of another; nothing of it ends."""
    record_change(area_id, "household", household_id, household_id=household_id, op="tombstone")


def tell_gone(area_id: str, resident_ids: Collection[uuid.UUID]) -> None:
    if resident_ids:
        events.emit(ResidentsGone(area_id, tuple(resident_ids)))


def moments() -> dict[str, datetime]:
    """The two times of a row written without the mapper."""
    now = clock.now()
    return {"created_at": now, "updated_at": now}
