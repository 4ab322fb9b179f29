"""The statement of one committee and month: what was recorded was received, and what was received was counted.

Everything is counted by entries (one numbered intention of one phone), and a month is the month of
receipt in China. For a committee and a month:

- **received**: entries that arrived and got a final word.
- **missing**: entries that must exist, because a later number of the same phone arrived in this month and
  an earlier one never did. What a silent phone holds beyond its newest number nobody can know; that is
  why the silent phones stand beside the figures.
- **recorded** = received + missing.
- **counted**: received entries that took effect: applied at once, or accepted by a person of the committee.
  ``visits``, ``corrections`` and ``others`` are its parts by kind.
- **waiting**: received entries a person has not decided on (请看一下).
- **set aside**: received entries a person closed with a reason.
- **again**: received entries that took effect, of which a person said that they are the trip another
  entry tells of already (recorded twice); the row stays, the trip counts once.
- **unclear**: received entries of which none of this is true, or two things at once: confirmed without
  effect, an effect twice, refused without a case, a visit without an entry. It must be nought, and
  received = counted + again + waiting + set aside + unclear.

An entry belongs to the committee its visit or case belongs to; one that names neither, to the first
committee of the phone's person. Phones appear as a number and as a list of the silent ones, never
with what they sent: the statement is of a committee, not of its volunteers.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.access.actor import Actor
from server.accounts import service as accounts
from server.areas import service as areas
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.reports import repository as reads
from server.residents import service as residents
from server.sync import phones as sync_phones
from server.sync.handlers import secret_types

PERMISSION = "statement.read"
SILENT = timedelta(days=3)
VISIT, CORRECTION = "visit.record", "visit.amend"
SOME = "some"
"""An entry of which only some may know what it is."""
FIGURES = (
    "received",
    "counted",
    "visits",
    "corrections",
    "others",
    "again",
    "waiting",
    "aside",
    "unclear",
)
_OWN_WORD = frozenset({"id_reuse", "id_taken"})
"""Cases beside an entry that has a word of its own: they are a second arrival, not its fate."""
LISTED = 500


@dataclass(frozen=True)
class Line:
    """One received entry and what became of it; ``why`` says what is unclear."""

    id: str
    kind: str
    state: str  # counted | again | waiting | aside | unclear
    received_at: datetime
    household_id: uuid.UUID | None = None
    why: str | None = None

    def within(self, figure: str) -> bool:
        """Whether a figure of the statement counts it."""
        if figure == "received":
            return True
        if figure in ("visits", "corrections", "others"):
            part = {VISIT: "visits", CORRECTION: "corrections"}.get(self.kind, "others")
            return self.state == "counted" and part == figure
        return self.state == figure


def month(text: str | None) -> tuple[datetime, datetime]:
    """When a month (``2026-11``; the present one without) begins and ends in China."""
    text = text or f"{clock.today():%Y-%m}"
    year, number = int(text[:4]), int(text[5:7])
    begin = datetime(year, number, 1, tzinfo=clock.SHANGHAI)
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=clock.SHANGHAI)
    return begin, following


def statement(actor: Actor, area_id: str | None, text: str | None) -> dict[str, Any]:
    """The figures. Raises NotFound."""
    area = _committee(actor, area_id)
    begin, end = month(text)
    lines = _lines(area, begin, end)
    missing = sum(reads.missing_in(area, begin, end).values())
    heard = sync_phones.phones_of(reads.people_of(area))
    since = clock.now() - SILENT
    touched(area, area_id=area)
    figures = {figure: sum(line.within(figure) for line in lines) for figure in FIGURES}
    return {
        "area_id": area,
        "area_name": areas.path_name(area),
        "month": f"{begin:%Y-%m}",
        "as_of": clock.now(),
        "recorded": len(lines) + missing,
        "missing": missing,
        **figures,
        "phones": len(heard),
        "silent": [
            {"device_id": one.device_id, "heard_at": one.heard_at, "missing": one.missing}
            for one in heard
            if one.heard_at <= since
        ],
    }


def entries(actor: Actor, area_id: str | None, text: str | None, figure: str) -> dict[str, Any]:
    """The entries behind a figure; doors only for those who may see visits, else ids alone."""
    area = _committee(actor, area_id)
    hidden = {kind.name for kind in secret_types() if not actor.may(kind.read_by or "", area)}
    lines = [
        replace(line, kind=SOME, household_id=None) if line.kind in hidden else line
        for line in _lines(area, *month(text))
        if line.within(figure)
    ]
    doors = {}
    if "visits.read" in actor.permissions and area in actor.areas_for("visits.read"):
        wanted = {line.household_id for line in lines[:LISTED] if line.household_id}
        doors = residents.briefs(actor, wanted)
    touched(*(line.id for line in lines[:LISTED]), area_id=area)
    return {
        "total": len(lines),
        "entries": [
            {
                "id": line.id,
                "kind": line.kind,
                "state": line.state,
                "received_at": line.received_at,
                "why": line.why,
                "door": _door(doors.get(line.household_id)) if line.household_id else None,
            }
            for line in lines[:LISTED]
        ],
    }


def _door(home: residents.Brief | None) -> str | None:
    """The door in one line."""
    if home is None:
        return None
    if home.address:
        return home.address
    plate = home.plate
    return (
        "-".join(part for part in (plate.building, plate.unit, plate.room) if part) or plate.house
    )


def missing(actor: Actor, area_id: str | None, text: str | None) -> list[dict[str, Any]]:
    """The phones whose numbering shows that something never arrived, and whom to ask about it."""
    area = _committee(actor, area_id)
    found = reads.missing_in(area, *month(text))
    touched(*found, area_id=area)
    names = accounts.names({user_id for _, user_id in found})
    return [
        {"device_id": device_id, "name": names.get(user_id, ""), "missing": count}
        for (device_id, user_id), count in sorted(found.items(), key=lambda item: str(item[0]))
    ]


def _committee(actor: Actor, area_id: str | None) -> str:
    area = residents.area_of(actor, area_id, PERMISSION)
    if len(area) != 12:
        raise NotFound()
    return area


def _lines(area: str, begin: datetime, end: datetime) -> list[Line]:
    """Every received entry of the committee and month, the oldest first."""
    visits = reads.visits_received(area, begin, end)
    cases = reads.cases_received(area, begin, end)
    effects = Counter(visit.mutation_id for visit in visits)
    homes = {visit.mutation_id: visit.household_id for visit in visits}
    again = {visit.mutation_id for visit in visits if visit.again}
    own_case = {c.mutation_id: c for c in cases if c.mutation_id and c.code not in _OWN_WORD}
    ledger = {row.mutation_id: row for row in reads.ledger_received(area, begin, end)}
    elsewhere = (set(effects) | set(own_case)) - set(ledger)
    ledger |= {row.mutation_id: row for row in reads.ledger_of(elsewhere)}
    lines = []
    for key, row in ledger.items():
        said = orjson.loads(row.verdict)
        ours = key in effects or key in own_case
        if not ours and said.get("area_id", area) != area:
            continue
        if not ours and "area_id" not in said and reads.case_elsewhere(key):
            continue
        case = own_case.get(key)
        state, why = _fate(row.type, said["verdict"], effects[key], case)
        if state == "counted" and key in again:
            state = "again"
        home = homes.get(key) or (case.household_id if case is not None else None)
        lines.append(Line(str(key), row.type, state, row.received_at, home, why))
    for case in cases:
        if case.mutation_id is None or case.code in _OWN_WORD:
            state = _of_case(case)
            name = str(case.mutation_id or case.id)
            lines.append(Line(name, case.type, state, case.received_at, case.household_id))
    for visit in visits:
        if visit.mutation_id not in ledger:
            lines.append(
                Line(
                    str(visit.mutation_id), VISIT, "unclear", visit.received_at,
                    visit.household_id, "no_entry",
                )
            )  # fmt: skip
    return sorted(lines, key=lambda line: (line.received_at, line.id))


def _fate(kind: str, verdict: str, effects: int, case: Any) -> tuple[str, str | None]:
    """What became of an entry with a final word, and what is wrong where nothing fits."""
    if effects > 1:
        return "unclear", "twice"
    must_have = kind in (VISIT, CORRECTION)
    if verdict == "applied":
        return ("unclear", "no_effect") if must_have and not effects else ("counted", None)
    if case is None:
        return "unclear", "no_case"
    state = _of_case(case)
    if (state == "counted") != (effects == 1) and must_have:
        return "unclear", "no_effect" if state == "counted" else "twice"
    return state, None


def _of_case(case: Any) -> str:
    return {"open": "waiting", "accepted": "counted", "edited": "counted"}.get(case.state, "aside")
