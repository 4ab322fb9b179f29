"""W6: the same questions with 2 thousand, 100 thousand and a million rows of other committees beside them.

The rows are copies of one real household, its assignment and its line in the change log, made by the
database itself; each committee of 2,000 homes has its own area, clock and volunteer.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import text

from server.access.models import HouseholdAccess
from server.areas.models import Area
from server.kit.database import as_owner, db, is_postgresql
from server.kit.unit_of_work import transaction
from server.residents.models import Household
from server.sync.models import AreaClock, ChangeLog
from tests.bench import ground as grounds
from tests.bench import work
from tests.bench.ground import Ground
from tests.bench.phone import Phone
from tests.factories.areas import COMMITTEE, VILLAGE

A_COMMITTEE = 2000
AT_ONCE = 50_000

SQLITE = {
    "id": "printf('01990000000070008000%012x', i)",
    "other": "printf('01990000000070009000%012x', i)",
    "text": "printf('01990000-0000-7000-8000-%012x', i)",
    "user": "printf('0199000000007000a000%012x', i / 2000)",
    "area": "printf('149903%06d', i / 2000)",
    "door": "printf('%06d', i % 2000)",
}
POSTGRESQL = {
    "id": "CAST('01990000000070008000' || lpad(to_hex(i), 12, '0') AS uuid)",
    "other": "CAST('01990000000070009000' || lpad(to_hex(i), 12, '0') AS uuid)",
    "text": "'01990000-0000-7000-8000-' || lpad(to_hex(i), 12, '0')",
    "user": "CAST('0199000000007000a000' || lpad(to_hex(i / 2000), 12, '0') AS uuid)",
    "area": "'149903' || lpad(CAST(i / 2000 AS text), 6, '0')",
    "door": "lpad(CAST(i % 2000 AS text), 6, '0')",
}


def _copies(
    model: Any, where: str, given: dict[str, Any], new: dict[str, str], low: int, high: int
) -> None:
    """Copy one row of a table so many times, some of its columns made from the number ``i``."""
    table = model.__table__
    names = [column.name for column in table.columns]
    values = ", ".join(new.get(name, f"t.{name}") for name in names)
    series = (
        "generate_series(CAST(:low AS bigint), CAST(:high AS bigint)) AS n(i)"
        if is_postgresql()
        else "(WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i < :high) SELECT i FROM n) AS n"
    )
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {series}, "
        f"(SELECT * FROM {table.name} WHERE {where} LIMIT 1) AS t"
    )
    with transaction(write=True):
        db.session.execute(text(statement), {**given, "low": low, "high": high})


def grow(pattern: uuid.UUID, have: int, want: int) -> None:
    """Other committees' rows up to ``want``; ``pattern`` is the household that is copied."""
    made = POSTGRESQL if is_postgresql() else SQLITE
    own = {"home": pattern if is_postgresql() else pattern.hex}
    first, last = have // A_COMMITTEE, want // A_COMMITTEE - 1
    if last < first:
        return
    of_area = {"id": made["area"].replace("i / 2000", "i"), "parent_id": "t.parent_id"}
    _copies(Area, "id = :area", {"area": COMMITTEE}, of_area, first, last)
    clocks = {"area_id": of_area["id"], "seq": str(A_COMMITTEE)}
    _copies(AreaClock, "area_id = :area", {"area": VILLAGE}, clocks, first, last)
    for low in range(first * A_COMMITTEE, (last + 1) * A_COMMITTEE, AT_ONCE):
        high = min(low + AT_ONCE, (last + 1) * A_COMMITTEE) - 1
        home = {"id": made["id"], "area_id": made["area"], "door_order": made["door"]}
        _copies(Household, "id = :home", own, home, low, high)
        held = {"id": made["other"], "household_id": made["id"], "cause_id": made["id"]}
        held |= {"area_id": made["area"], "user_id": made["user"]}
        _copies(HouseholdAccess, "household_id = :home", own, held, low, high)
        line = {"entity_id": made["text"], "household_id": made["id"], "area_id": made["area"]}
        line |= {"seq": "i % 2000 + 1"}
        _copies(ChangeLog, "household_id = :home AND body IS NOT NULL", own, line, low, high)
    with db.engine.connect() as connection:
        as_owner(connection).execute(text("ANALYZE"))
        connection.commit()
    db.engine.dispose()


def measure(
    place: Ground, port: int, phone: Phone, homes: list[uuid.UUID], sizes: list[int], rounds: int
) -> dict[str, Any]:
    """W3, W4 and one committee of 2,000 rows, at each size."""
    figures: dict[str, Any] = {}
    have = 0
    for size in sizes:
        grow(homes[-1], have, size)
        have = size
        grounds.fresh_token(phone)
        poll = work.nothing(phone, port, polls=rounds * 60)
        delta = work.small_delta(phone, port, homes, rounds=rounds * 4)
        whole = []
        for _ in range(rounds + 1):
            phone.cursor = None
            phone.connect(port)
            whole.append(sum(page.ms for page in phone.pull_all(2000)))
        figures[str(size)] = {
            "W3": poll["p50"],
            "W4": delta["ms"],
            "committee": work.middle(whole[1:]),
        }
    return figures
