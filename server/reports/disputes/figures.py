"""The official table of disputes: which day each figure of a case belongs to, and how months make up a year. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import add

from server.mediation.words import DISPUTE_TYPES, LEVELS, SOURCES
from server.reports.disputes.cells import Cell, Figures, Line

COUNTS = (
    "accepted",
    "succeeded",
    "written",
    "oral",
    "failed",
    "performed",
    "followed_up",
    "prevented",
)
"""受理, 达成协议, 书面, 口头, 未达成, 已履行, 回访 (次), 防止激化. All add up over months."""
FAILED = frozenset({"not_agreed", "refused_by_party", "withdrawn"})
GRAVE = frozenset({"major", "critical"})
ALL = ("all", "all")
GROUPS: tuple[tuple[str, str], ...] = (
    ALL,
    *(("type", key) for key in DISPUTE_TYPES),
    *(("level", key) for key in LEVELS),
    *(("source", key) for key in SOURCES),
)
LABELS = {
    ALL: "合计",
    **{("type", key): word for key, word in DISPUTE_TYPES.items()},
    **{("level", key): word for key, word in LEVELS.items()},
    **{("source", key): word for key, word in SOURCES.items()},
}


@dataclass(frozen=True)
class Counted:
    """One case as it is counted; ``id`` in the form its database gives it."""

    id: str
    kind: str
    level: str
    source: str
    accepted_on: date | None
    ended_on: date | None
    end_reason: str | None
    form: str | None
    effective_on: date | None
    amount_fen: int
    looked_at: tuple[date, ...]
    escalated: bool

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """The rows it stands in."""
        return ALL, ("type", self.kind), ("level", self.level), ("source", self.source)

    def days(self) -> Iterator[tuple[str, date]]:
        """Each figure it counts for, and the day."""
        if self.accepted_on:
            yield "accepted", self.accepted_on
        if self.effective_on:
            yield "succeeded", self.effective_on
            yield "oral" if self.form == "oral" else "written", self.effective_on
            if self.level in GRAVE and not self.escalated:
                yield "prevented", self.effective_on
        if self.ended_on and self.end_reason in FAILED:
            yield "failed", self.ended_on
        if self.ended_on and self.end_reason == "performed":
            yield "performed", self.ended_on
        for on in self.looked_at:
            yield "followed_up", on


@dataclass(frozen=True)
class Period:
    """Whole months, by name: 2026-11, 2026-Q4, 2026-H2, 2026, and one's own from a month to a month, 2026-03..2026-05."""

    name: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """As a heading has it."""
        begins, between, ends = self.name.partition(BETWEEN)
        if between:
            return f"{period(begins).words}至{period(ends).words}"
        year, part = f"{self.name[:4]}年", self.name[5:]
        if part[:1] == "Q":
            return f"{year}第{part[1]}季度"
        if part[:1] == "H":
            return year + ("上半年" if part == "H1" else "下半年")
        return f"{year}{int(part)}月" if part else year


BETWEEN = ".."


def period(name: str) -> Period:
    """Read a name. Raises ValueError."""
    begins, between, ends = name.partition(BETWEEN)
    if between:
        own = Period(name, period(begins).first, period(ends).last)
        if own.first > own.last:
            raise ValueError(name)
        return own
    year = int(name[:4])
    part = name[5:]
    if not part:
        begin, months = 1, 12
    elif part[0] == "Q":
        begin, months = 3 * int(part[1:]) - 2, 3
    elif part[0] == "H":
        begin, months = 6 * int(part[1:]) - 5, 6
    else:
        begin, months = int(part), 1
    first = date(year, begin, 1)
    after = begin + months
    following = date(year + (after > 12), (after - 1) % 12 + 1, 1)
    return Period(name, first, following - timedelta(days=1))


def periods_of(year: int) -> list[Period]:
    """All of a year: twelve months, four quarters, two halves and the year."""
    names = [f"{year}-{month:02d}" for month in range(1, 13)]
    names += [f"{year}-Q{n}" for n in (1, 2, 3, 4)] + [f"{year}-H1", f"{year}-H2", f"{year}"]
    return [period(name) for name in names]


def lines_of(year: int) -> list[Line]:
    """What adds up to what in a year's table."""
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    made_of = {f"{year}-Q{n}": months[3 * n - 3 : 3 * n] for n in (1, 2, 3, 4)}
    made_of |= {
        f"{year}-H1": [f"{year}-Q1", f"{year}-Q2"],
        f"{year}-H2": [f"{year}-Q3", f"{year}-Q4"],
    }
    made_of[f"{year}"] = [f"{year}-H1", f"{year}-H2"]
    lines = [
        Line((whole, group), tuple((part, group) for part in parts))
        for whole, parts in made_of.items()
        for group in GROUPS
    ]
    for one in periods_of(year):
        for of in ("type", "level", "source"):
            parts = tuple((one.name, group) for group in GROUPS if group[0] == of)
            lines.append(Line((one.name, ALL), parts))
    return lines


Month = tuple[int, int]
Tally = dict[tuple[Month, str, str, str], list[int]]
_FEN = len(COUNTS)
PLACES = {name: n for n, name in enumerate((*COUNTS, "amount_fen"))}
"""Where each figure stands in a tally."""


def tally(cases: Iterable[Counted]) -> Tally:
    """How often each figure falls into each month, kind, level and source; the money stands last, in fen."""
    found: Tally = {}
    for case in cases:
        for figure, on in case.days():
            key = ((on.year, on.month), case.kind, case.level, case.source)
            held = found.get(key)
            if held is None:
                held = found[key] = [0] * (_FEN + 1)
            held[PLACES[figure]] += 1
            if figure == "succeeded":
                held[_FEN] += case.amount_fen
    return found


def months_of(told: Tally) -> dict[Month, dict[tuple[str, str], list[int]]]:
    """The figures of each month by row."""
    found: dict[Month, dict[tuple[str, str], list[int]]] = {}
    for (month, kind, level, source), held in told.items():
        rows = found.setdefault(month, {})
        for group in (ALL, ("type", kind), ("level", level), ("source", source)):
            so_far = rows.get(group)
            rows[group] = held if so_far is None else list(map(add, so_far, held))
    return found


def counted(told: Tally, within: Period) -> dict[tuple[str, str], dict[str, int]]:
    """The figures of a period of whole months by row, with the money of what was agreed in fen."""
    names = (*COUNTS, "amount_fen")
    table = _summed(months_of(told), within)
    return {group: dict(zip(names, held, strict=True)) for group, held in table.items()}


def _summed(
    months: dict[Month, dict[tuple[str, str], list[int]]], within: Period
) -> dict[tuple[str, str], list[int]]:
    first, last = (within.first.year, within.first.month), (within.last.year, within.last.month)
    table = {group: [0] * (_FEN + 1) for group in GROUPS}
    for month, rows in months.items():
        if first <= month <= last:
            for group, held in rows.items():
                table[group] = list(map(add, table[group], held))
    return table


def year_table(told: Tally, year: int, until: date) -> dict[Cell, Figures]:
    """Every cell of a year up to the end of a month: what is looked at when deciding what to keep back."""
    months = months_of(told)
    return {
        (one.name, group): tuple(held[:_FEN])
        for one in periods_of(year)
        for group, held in _summed(
            months, Period(one.name, one.first, min(one.last, until))
        ).items()
    }
