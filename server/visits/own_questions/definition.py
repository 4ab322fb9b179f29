"""One version of a committee's own questions, as the desk, the phone and the validator read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from server.visits.questions import Choice, Words

TEXT, INTEGER, DECIMAL, DATE, ONE, MANY = "text", "integer", "decimal", "date", "one", "many"
NOTE, CALCULATE, GROUP = "note", "calculate", "group"
ANSWERED = frozenset({TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, CALCULATE})
KINDS = (TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, NOTE, CALCULATE, GROUP)


@dataclass(frozen=True)
class Item:
    """One row of the sheet: a question, a note, a worked-out value or a heading.

    ``conditional``: it, or a group around it, is asked only under a condition.
    """

    name: str
    kind: str
    words: Words
    hint: Words | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    conditional: bool = False
    row: int = 0


def pack(items: Iterable[Item]) -> list[dict[str, Any]]:
    """As JSON holds it."""
    return [asdict(item) for item in items]


def unpack(rows: Iterable[dict[str, Any]]) -> tuple[Item, ...]:
    """What :func:`pack` made."""
    return tuple(
        Item(
            name=row["name"],
            kind=row["kind"],
            words=Words(**row["words"]),
            hint=None if row["hint"] is None else Words(**row["hint"]),
            choices=tuple(Choice(one["id"], Words(**one["words"])) for one in row["choices"]),
            required=row["required"],
            conditional=row["conditional"],
            row=row["row"],
        )
        for row in rows
    )
