"""The archive: what a role may export, as a SQLite file any tool opens (made with sqlite-utils).

Tables carry their meaning as comments in the schema and in ``column_meaning``; ``search`` finds
Chinese text by single characters. The file is complete or it is not there.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlite_utils

from server.access.actor import Actor
from server.accounts import service as accounts
from server.audit import service as audit
from server.kit import clock
from server.kit.errors import Forbidden
from server.reports import repository
from server.reports.archive_tables import TABLES, VIEWS, Table
from server.residents import service as residents
from server.residents.views import categories_seen, view_of
from server.visits import disclosed
from server.visits.own_questions import service as own_questions

EXPORT = "export.archive"
_SEARCHED: dict[str, tuple[str, ...]] = {
    "household": ("display_name", "address"),
    "resident": ("name",),
    "visit": ("opinion", "needs", "family_changes"),
    "concern": ("title", "description", "place"),
}
Row = dict[str, Any]


def _plain(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return clock.to_wire(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list):
        return "\n".join(str(part) for part in value)
    return value


def _only(table: Table, row: Mapping[str, Any] | object) -> Row:
    """The table's columns of a row, and nothing else of it."""
    if isinstance(row, Mapping):
        return {c.name: _plain(row.get(c.name)) for c in table.columns}
    return {c.name: _plain(getattr(row, c.name, None)) for c in table.columns}


def _registers(actor: Actor, named: dict[str, Table]) -> Iterator[tuple[str, list[Row]]]:
    for homes in repository.all_households(actor):
        yield "household", [_only(named["household"], home) for home in homes]
        seen = {home.id: view_of(actor, home.area_id) for home in homes}
        people, contacts = repository.with_people(list(seen))
        shown = {p.id: residents.person_row(p, [], seen[p.household_id]) for p in people}
        yield "resident", [_only(named["resident"], row) for row in shown.values()]
        today = clock.today()
        homes_of = {p.id: p.household_id for p in people}
        yield (
            "care",
            [
                _only(named["care"], fact)
                for fact in repository.care(list(shown))
                if fact.sensitivity < 3
                and fact.category in categories_seen(seen[homes_of[fact.resident_id]])
                and fact.starts_on <= today
                and (fact.ends_on is None or fact.ends_on >= today)
            ],
        )
        yield (
            "contact",
            [
                _only(
                    named["contact"],
                    {
                        **residents.contact_row(contact, seen[contact.household_id]),
                        "household_id": contact.household_id,
                    },
                )
                for contact in contacts
            ],
        )


def _tasks(actor: Actor, table: Table) -> Iterator[tuple[str, list[Row]]]:
    for part in repository.all_tasks(actor):
        names = accounts.names({task.assignee_id for task in part if task.assignee_id})
        yield (
            table.name,
            [
                _only(table, task)
                | {"assignee": names.get(task.assignee_id) if task.assignee_id else None}
                for task in part
            ],
        )


def _visits(actor: Actor, table: Table) -> Iterator[tuple[str, list[Row]]]:
    for part in repository.newest_visits(actor):
        names = accounts.names({visit.user_id for visit in part})
        said = [disclosed.answers(actor, visit) for visit in part]
        own = own_questions.in_words(
            [(visit.area_id, one.get("own")) for visit, one in zip(part, said, strict=True)]
        )
        yield (
            table.name,
            [
                _only(table, visit)
                | {
                    name: _plain(value)
                    for name, value in told.items()
                    if name in ("family_changes", "needs", "hazards", "policies_told", "opinion")
                }
                | {
                    "own_questions": _plain([f"{one['zh']} {one['said_zh']}" for one in mine]),
                    "volunteer": names.get(visit.user_id),
                }
                for visit, told, mine in zip(part, said, own, strict=True)
            ],
        )


def _rows(actor: Actor, taken: dict[str, Table]) -> Iterator[tuple[str, list[Row]]]:
    """Every batch of every table the actor may take."""
    simple: dict[str, Callable[[Actor], Iterator[list[Any]]]] = {
        "area": repository.all_areas,
        "concern": repository.all_concerns,
        "concern_step": repository.visible_lines,
    }
    if "household" in taken:
        yield from _registers(actor, taken)
    if "task" in taken:
        yield from _tasks(actor, taken["task"])
    if "visit" in taken:
        yield from _visits(actor, taken["visit"])
    for name, read in simple.items():
        if name in taken:
            for part in read(actor):
                yield name, [_only(taken[name], row) for row in part]


def _create(file: Any, table: Table, taken: dict[str, Table]) -> None:
    lines = [
        f"  {c.name} {c.kind}{' PRIMARY KEY' if n == 0 else ''}"
        + (f" REFERENCES {dict(table.refers)[c.name]}(id)" if _refers(table, c.name, taken) else "")
        + ("," if n < len(table.columns) - 1 else "")
        + f" -- {c.zh} · {c.en}"
        for n, c in enumerate(table.columns)
    ]
    statement = (
        f"CREATE TABLE {table.name} ( -- {table.zh} · {table.en}\n" + "\n".join(lines) + "\n)"
    )
    file.execute(statement)  # made of our own constants


def _refers(table: Table, column: str, taken: dict[str, Table]) -> bool:
    return dict(table.refers).get(column) in taken


def _spread(text: str) -> str:
    """Characters apart, so that two signs of a Chinese word are found as a phrase."""
    return " ".join(text.split("\n")) if text.isascii() else " ".join(text.replace("\n", " "))


def _searchable(name: str, rows: list[Row]) -> list[Row]:
    found = []
    for row in rows:
        said = [str(row[column]) for column in _SEARCHED.get(name, ()) if row.get(column)]
        if said:
            text = " ".join(said)
            found.append({"kind": name, "id": row["id"], "said": text, "words": _spread(text)})
    return found


def write(actor: Actor, target: Path, *, who: str) -> dict[str, int]:
    """Write the archive to ``target`` (which must not exist); returns rows per table.

    Needs an open transaction. Raises Forbidden when no role of the actor may export, and
    FileExistsError rather than overwrite.
    """
    if not actor.may(EXPORT):
        raise Forbidden()
    if target.exists():
        raise FileExistsError(target)
    taken = {table.name: table for table in TABLES if actor.may(table.permission)}
    half = target.with_name(target.name + ".half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    try:
        counts = _fill(actor, half, taken, who)
        os.replace(half, target)
    finally:
        half.unlink(missing_ok=True)
    audit.record(actor, EXPORT, *taken, why=who)
    return counts


def _fill(actor: Actor, half: Path, taken: dict[str, Table], who: str) -> dict[str, int]:
    file = sqlite_utils.Database(half)
    counts = dict.fromkeys(taken, 0)
    try:
        for table in taken.values():
            _create(file, table, taken)
        file.table("search").create({"kind": str, "id": str, "said": str, "words": str})
        for name, rows in _rows(actor, taken):
            file.table(name).insert_all(rows)
            file.table("search").insert_all(_searchable(name, rows))
            counts[name] += len(rows)
        file.table("search").enable_fts(["words"], tokenize="unicode61")
        for name, needs, select in VIEWS:
            if set(needs) <= set(taken):
                file.create_view(name, select)
        file.table("column_meaning").insert_all(
            {"table": t.name, "column": c.name, "zh": c.zh, "en": c.en}
            for t in taken.values()
            for c in t.columns
        )
        file.table("about").insert_all(
            {"what": what, "is": value}
            for what, value in {
                "made_at": clock.to_wire(clock.now()),
                "made_for": who,
                "roles": ", ".join(sorted({f"{g.role} {g.area_id}" for g in actor.grants})),
                "restricted": "限制级信息从不导出 · restricted facts are never exported",
                "search": "SELECT s.* FROM search s JOIN search_fts f ON f.rowid = s.rowid "
                "WHERE search_fts MATCH '\"楼 道\"'  -- 字与字之间留空格 · a space between characters",
            }.items()
        )
        file.vacuum()
    finally:
        file.close()
    return counts
