"""The verbs of door codes: make a generation, print it, find a door by its code, kill a stolen one.

Printing for a door that has a code makes the next generation and the one before `old`: it opens the
resident's page for everybody, and the visit only for the assigned volunteer, flagged. Only a code
reported stolen is dead.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import current_app

from server.access.actor import Actor
from server.areas import service as areas
from server.kit import clock, events
from server.kit.clock import SHANGHAI
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.errors import ApiError, NotFound
from server.residents import service as residents
from server.residents.door_codes import codes
from server.residents.door_codes.codes import NotAShortCode, read_short_code
from server.residents.door_codes.doors import DoorPlace
from server.residents.door_codes.models import CURRENT, OLD, STOLEN, DoorCode, DoorCodeSheet
from server.residents.door_codes.repository import door_codes, places, sheets
from server.residents.events import HouseholdsChanged

__all__ = ["NotAShortCode", "read_short_code"]

MOST_DOORS = 2000
SIGNS = 24
"""Hash signs a phone holds of each code: 96 bits tell doors apart, and a morning is 20 % shorter."""


class NoDoors(ApiError):
    code, status = "door_codes.no_doors", 422
    zh = "这里没有要打印的门。已经有码的门要重印，请先点“重印”。"
    en = "There are no doors to print here. Choose reprint for doors that already have a code."


class TooManyDoors(ApiError):
    code, status = "door_codes.too_many", 422
    zh = "一次最多 {most} 户，请分楼栋打印。"
    en = "At most {most} homes at a time; please print building by building."


class SheetReplaced(ApiError):
    code, status = "door_codes.sheet_replaced", 409
    zh = "这批码都已经换过新的了，请打印最新的一批。"
    en = "All codes of this sheet have been replaced; please print the newest one."


@dataclass(frozen=True)
class Door:
    """What a code tells: which committee, and the stairwell; never the household."""

    area_id: str
    group: str | None
    channel: str


@dataclass(frozen=True)
class DoorState:
    """A door on the committee's page: its newest code, if it has one."""

    place: DoorPlace
    code: DoorCode | None


# --- finding a door --------------------------------------------------------------------------


def resolve(text: str) -> Door | None:
    """The door of a token or a short code as `read_short_code` gives it; None when unknown or stolen."""
    token = codes.is_token(text)
    if token:
        row = door_codes.of_token(_index("token", text))
    else:
        row = door_codes.of_short_code(_index("short", text))
    if row is None or row.state == STOLEN:
        return None
    home = residents.standing_for([row.household_id]).get(row.household_id, row.household_id)
    place = places.by_ids([home]).get(home)
    return Door(row.area_id, place.group if place else None, "door_code" if token else "short_code")


def code_key(area_id: str) -> bytes:
    """The key under which phones of this committee's volunteers recognise its codes."""
    return keyring().mac("door-code-key", area_id.encode())


def phone_rows(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """What a phone holds to recognise the doors of these households: hashes, never codes.

    A sticker of a household that was merged into one of these opens the one it is now.
    """
    rows: dict[uuid.UUID, list[dict[str, Any]]] = {}
    homes = residents.with_merged(household_ids)
    for code in door_codes.living(homes):
        rows.setdefault(homes[code.household_id], []).append(
            {
                "t": code.token_hash[:SIGNS],
                "s": code.short_hash[:SIGNS],
                "g": code.generation,
                "state": code.state,
            }
        )
    return rows


def _index(kind: str, text: str) -> str:
    return keyring().blind(f"door-{kind}", text)


# --- the committee ---------------------------------------------------------------------------


def doors(actor: Actor, area_id: str) -> list[DoorState]:
    """Every door of a committee in walking order, with its newest code. Raises NotFound."""
    _may_print(actor, area_id)
    found = places.of_area(actor, area_id)
    newest = {code.household_id: code for code in door_codes.newest_of_area(actor, area_id)}
    return [DoorState(place, newest.get(place.household_id)) for place in found]


def latest_sheets(actor: Actor, area_id: str) -> list[DoorCodeSheet]:
    """What was printed last, newest first. Raises NotFound."""
    _may_print(actor, area_id)
    return sheets.latest(actor, area_id, 20)


def make_sheet(
    actor: Actor,
    area_id: str,
    *,
    groups: Collection[str] = (),
    household_ids: Collection[uuid.UUID] = (),
    reprint: bool = False,
) -> DoorCodeSheet:
    """New codes for the chosen doors: by building and unit, one by one, or (nothing chosen) all.

    Doors that have a living code are left out unless ``reprint``; then the code they have becomes `old`.
    Raises NoDoors, TooManyDoors, NotFound.
    """
    _may_print(actor, area_id)
    wanted, chosen = set(household_ids), set(groups)
    picked = [
        state.place
        for state in doors(actor, area_id)
        if (not wanted or state.place.household_id in wanted)
        and (not chosen or state.place.group in chosen)
        and (reprint or state.code is None or state.code.state == STOLEN)
    ]
    if not picked:
        raise NoDoors()
    if len(picked) > MOST_DOORS:
        raise TooManyDoors(details={"most": MOST_DOORS})
    labels = list(dict.fromkeys(place.group for place in picked))
    sheet = DoorCodeSheet(
        area_id=area_id,
        made_by=actor.me,
        made_at=clock.now(),
        label=labels[0] if len(labels) == 1 else f"{labels[0]} … {labels[-1]}",
        count=len(picked),
    )
    db.session.add(sheet)
    db.session.flush()
    _next_generation(actor, sheet, [place.household_id for place in picked])
    events.emit(HouseholdsChanged(area_id, tuple(place.household_id for place in picked)))
    return sheet


def _next_generation(actor: Actor, sheet: DoorCodeSheet, ids: list[uuid.UUID]) -> None:
    now = clock.now()
    generation: dict[uuid.UUID, int] = {}
    homes = residents.with_merged(ids)
    for code in door_codes.of_households(actor, homes):
        home = homes[code.household_id]
        generation[home] = max(generation.get(home, 0), code.generation)
        if code.state == CURRENT:
            code.state, code.ended_at, code.ended_by = OLD, now, actor.user_id
    key = code_key(sheet.area_id)
    for household_id, short in zip(ids, _fresh_short_codes(len(ids)), strict=True):
        token = codes.new_token()
        db.session.add(
            DoorCode(
                household_id=household_id,
                area_id=sheet.area_id,
                sheet_id=sheet.id,
                generation=generation.get(household_id, 0) + 1,
                state=CURRENT,
                token=token,
                token_index=_index("token", token),
                token_hash=_for_phone(key, "t:" + token),
                short_code=short,
                short_index=_index("short", short),
                short_hash=_for_phone(key, "s:" + short),
            )
        )
    db.session.flush()


def _for_phone(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _fresh_short_codes(count: int) -> list[str]:
    """Short codes nobody has yet: 35 bits are few enough to meet."""
    fresh: dict[str, str] = {}
    while len(fresh) < count:
        drawn = {
            _index("short", code): code
            for code in (codes.new_short_code() for _ in range(count - len(fresh)))
        }
        taken = door_codes.known_short(drawn)
        fresh.update({index: code for index, code in drawn.items() if index not in taken})
    return list(fresh.values())


def sheet_pdf(actor: Actor, sheet_id: uuid.UUID) -> tuple[DoorCodeSheet, bytes]:
    """The sheet as PDF; doors whose code was replaced since are left out.

    Raises NotFound, SheetReplaced.
    """
    sheet = sheets.get(actor, sheet_id)
    living = {code.household_id: code for code in door_codes.current_of_sheet(actor, sheet_id)}
    found = [
        place for place in places.of_area(actor, sheet.area_id) if place.household_id in living
    ]
    if not found:
        raise SheetReplaced()
    from server.residents.door_codes import (
        stickers,  # fonts and PDF: 27 MB, needed where one prints
    )

    area = areas.get(sheet.area_id)
    origin = current_app.config["PUBLIC_ORIGIN"]
    printed = [
        stickers.Sticker(
            address=f"{origin}/q/{living[place.household_id].token}",
            short_code=living[place.household_id].short_code,
            generation=living[place.household_id].generation,
            group=place.group,
            door=place.door,
        )
        for place in found
    ]
    committee = stickers.Committee(area.name, area.phone or "")
    return sheet, stickers.sheets(committee, printed, sheet.made_at.astimezone(SHANGHAI))


def report_stolen(actor: Actor, household_id: uuid.UUID) -> int:
    """Kill every code a household's door has or had; returns how many. Raises NotFound."""
    living = [
        code
        for code in door_codes.of_households(actor, residents.with_merged([household_id]))
        if code.state != STOLEN
    ]
    if not living:
        raise NotFound()
    now = clock.now()
    for code in living:
        code.state, code.ended_at, code.ended_by = STOLEN, now, actor.user_id
    db.session.flush()
    events.emit(HouseholdsChanged(living[0].area_id, (household_id,)))
    return len(living)


def _may_print(actor: Actor, area_id: str) -> None:
    if not actor.may("door_codes.print", area_id):
        raise NotFound()
