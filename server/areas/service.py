"""The verbs of the division tree: read it, seed it, say a division's full path."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import insert

from server.access.actor import Actor
from server.areas.models import Area
from server.areas.repository import areas
from server.kit import clock
from server.kit.database import db
from server.kit.errors import NotFound

DIVISIONS = Path(__file__).parent / "divisions-shanxi.csv"
RURAL_KINDS = frozenset({"village_committee", "quasi_village"})


def seed_divisions(path: Path = DIVISIONS) -> int:
    """Load the division tree when it is not there yet; returns how many rows were added.

    The file is sorted so that a parent stands before its children.
    """
    if areas.count():
        return 0
    moment = clock.now()
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [
            {
                "id": row["code"],
                "name": row["name"],
                "parent_id": row["parent_code"] or None,
                "level": int(row["level"]),
                "kind": row["kind"],
                "urban": row["kind"] not in RURAL_KINDS,
                "created_at": moment,
                "updated_at": moment,
            }
            for row in csv.DictReader(handle)
        ]
    for level in range(1, 6):
        batch = [row for row in rows if row["level"] == level]
        if batch:
            db.session.execute(insert(Area), batch)
    return len(rows)


def children(
    parent_id: str | None, *, with_hidden: bool = False, with_closed: bool = False
) -> list[Area]:
    """The divisions directly below one (None: the provinces)."""
    return areas.children(parent_id, with_hidden=with_hidden, with_closed=with_closed)


def committees_below(code: str) -> list[str]:
    """Codes of all committees of an area, also of those that only have a past."""
    return areas.committees_below(code)


def get(code: str) -> Area:
    """A division by code. Raises NotFound."""
    area = areas.by_code(code)
    if area is None:
        raise NotFound()
    return area


def exists(code: str) -> bool:
    """Whether there is a division of this code."""
    return areas.by_code(code) is not None


def add(*, code: str, name: str, parent_id: str, level: int, kind: str) -> Area:
    """Add a division the list does not hold. Raises NotFound when its parent is not there."""
    get(parent_id)
    row = Area(
        id=code,
        name=name,
        parent_id=parent_id,
        level=level,
        kind=kind,
        urban=kind not in RURAL_KINDS,
    )
    areas.add(row)
    db.session.flush()
    return row


def ancestors(code: str) -> Iterable[str]:
    """The codes above a division, from the province down, itself last."""
    return [code[:length] for length in (2, 4, 6, 9, 12) if len(code) >= length]


def path_name(code: str) -> str:
    """The full path people need because names repeat: 山西省 / 太原市 / … / 云栖里社区居委会."""
    names = {area.id: area.name for area in areas.by_codes(list(ancestors(code)))}
    return " / ".join(names[c] for c in ancestors(code) if c in names)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Short names by code."""
    return {area.id: area.name for area in areas.by_codes(sorted(set(codes)))}


def mine(actor: Actor) -> list[Area]:
    """The divisions in which the actor holds a role."""
    return areas.by_codes(list(actor.areas))
