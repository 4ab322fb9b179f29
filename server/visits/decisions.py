"""What a person of the committee has to look at, and what they decide: entries that could not be applied,
and visits that were applied with a flag. The machine only points; it merges and drops nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Invalid, NotFound
from server.residents import service as residents
from server.sync import attention
from server.sync.errors import NotClosed, NotOpen
from server.visits import disclosed, recording, repository
from server.visits.models import Visit

ENTRY, VISIT = "entry", "visit"
CODES = {"not_assigned": "not_assigned", "conflict": "conflict", "lost_phone": "device_revoked"}
"""Kinds of entries by their code; every other entry is of the kind ``refused``."""
FLAGS = {"duplicate": "possible_duplicate", "clock": "clock"}
"""Kinds of visits by their flag; a visit with none of these is of the kind ``other``."""
LOOKS = ("fine", "two", "same")
_EXCERPT = 60
_STATES = {
    "open": ("open",),
    "settled": ("accepted", "edited", "closed"),
    "all": ("open", "accepted", "edited", "closed"),
}


# --- looking -----------------------------------------------------------------------------------


def listed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of both kinds together: what is open oldest first, what is settled newest first."""
    page, size, area, kind = (query[key] for key in ("page", "page_size", "area_id", "kind"))
    state, most = query["state"], page * size
    entries: Sequence[Any] = ()
    visits: Sequence[Visit] = ()
    entries_in_all = visits_in_all = 0
    if kind in ("any", "refused", *CODES):
        entries, entries_in_all = attention.listed(
            actor,
            area_id=area,
            states=_STATES.get(state, (state,)),
            code=CODES.get(kind),
            but=CODES.values() if kind == "refused" else (),
            limit=most,
        )
    if kind in ("any", "other", *FLAGS) and state in _STATES:
        visits, visits_in_all = repository.visits.flagged(
            actor,
            area_id=area,
            state=state,
            flag=FLAGS.get(kind),
            but=FLAGS.values() if kind == "other" else (),
            limit=most,
        )
    rows = [*_entry_rows(actor, entries), *_visit_rows(actor, visits)]
    rows.sort(key=_moment, reverse=state != "open")
    shown = rows[most - size : most]
    touched(*(row["id"] for row in shown))
    return {
        "page": page,
        "page_size": size,
        "total": entries_in_all + visits_in_all,
        "rows": shown,
        "counts": counts(actor, area),
    }


def _moment(row: dict[str, Any]) -> tuple[datetime, str]:
    return row["resolved_at"] or row["received_at"], str(row["id"])


def counts(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """How many open ones there are of each kind; a visit with two flags is in two kinds."""
    codes = attention.open_by_code(actor, area_id)
    flags = repository.visits.open_flags(actor, area_id)
    found = {kind: codes.get(code, 0) for kind, code in CODES.items()}
    found["refused"] = sum(codes.values()) - sum(found.values())
    found |= {kind: sum(flag in each for each in flags) for kind, flag in FLAGS.items()}
    found["other"] = sum(not set(each) & set(FLAGS.values()) for each in flags)
    found["any"] = sum(codes.values()) + len(flags)
    return [{"kind": kind, "n": n} for kind, n in found.items()]


def waiting(actor: Actor, area_id: str | None) -> int:
    """How many wait for a decision in all."""
    return sum(attention.open_by_code(actor, area_id).values()) + len(
        repository.visits.open_flags(actor, area_id)
    )


def _entry_rows(actor: Actor, rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = accounts.names(_people(rows, "user_id", "resolved_by"))
    homes = {row.household_id for row in rows if row.household_id is not None}
    now = residents.standing_for(homes) if homes else {}
    briefs = residents.briefs(actor, homes | set(now.values())) if homes else {}
    shown = []
    for row in rows:
        meant = row.household_id
        brief = briefs.get(now.get(meant, meant)) if meant is not None else None
        said = disclosed.payload(actor, row.area_id, _payload(attention.raw(row))) or {}
        shown.append(
            _row(
                ENTRY,
                row,
                names,
                brief,
                mutation_id=row.mutation_id,
                type=row.type,
                code=row.code,
                message=attention.sentence(row, actor.locale),
                field=row.field,
                facts=row.facts,
                flags=[],
                state=row.state,
                resolution=row.resolution,
                resolved_at=row.resolved_at,
                resolved_by_name=names.get(row.resolved_by, "") or None,
                visit_date=_text(said.get("visit_date")),
                met=_text(said.get("met")),
                excerpt=_text(said.get("opinion")) or _text(said.get("note")),
            )
        )
    return shown


def _visit_rows(actor: Actor, rows: Sequence[Visit]) -> list[dict[str, Any]]:
    names = accounts.names(_people(rows, "user_id", "looked_by"))
    briefs = residents.briefs(actor, {row.household_id for row in rows}) if rows else {}
    shown = []
    for row in rows:
        said = disclosed.answers(actor, row)
        shown.append(
            _row(
                VISIT,
                row,
                names,
                briefs.get(row.household_id),
                mutation_id=row.mutation_id,
                type="visit.record",
                code=row.flags[0] if row.flags else "",
                message="",
                field=None,
                facts={},
                flags=row.flags,
                state="open" if row.needs_eye else row.look or "fine",
                resolution=None,
                resolved_at=row.looked_at,
                resolved_by_name=names.get(row.looked_by, "") or None if row.looked_by else None,
                visit_date=row.visit_date.isoformat(),
                met=row.met,
                excerpt=_text(said.get("opinion")),
            )
        )
    return shown


def _row(
    what: str, row: Any, names: dict[uuid.UUID, str], brief: residents.Brief | None, **more: Any
) -> dict[str, Any]:
    excerpt = more.pop("excerpt")
    return {
        "id": row.id,
        "what": what,
        "area_id": row.area_id,
        "volunteer_id": row.user_id,
        "volunteer_name": names.get(row.user_id, ""),
        "household_id": None if brief is None else brief.id,
        "address": None if brief is None else brief.address,
        "display_name": None if brief is None else brief.display_name,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "age_hours": max(0, int((clock.now() - row.received_at).total_seconds() // 3600)),
        "said": None if excerpt is None else excerpt[:_EXCERPT],
        **more,
    }


def _people(rows: Sequence[Any], *columns: str) -> set[uuid.UUID]:
    return {who for row in rows for column in columns if (who := getattr(row, column)) is not None}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _payload(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    payload = raw.get("payload") if raw is not None else None
    return payload if isinstance(payload, dict) else None


def read_entry(actor: Actor, item_id: uuid.UUID) -> dict[str, Any]:
    """One entry with what the phone sent, and beside it what stands on the server. Raises NotFound."""
    row = attention.get(actor, item_id)
    touched(row.id, area_id=row.area_id)
    payload = _payload(attention.raw(row))
    shown = _entry_rows(actor, [row])[0]
    edited = None if row.edited is None else orjson.loads(row.edited)
    stands = recording.standing(row.type, payload or {}) if shown["household_id"] else None
    return {
        **shown,
        "payload": disclosed.payload(actor, row.area_id, payload),
        "edited": disclosed.payload(actor, row.area_id, edited),
        "standing": disclosed.payload(actor, row.area_id, stands),
        "same_day": _same_day(actor, shown["household_id"], shown["visit_date"], but=None),
    }


def read_flagged(actor: Actor, visit_id: uuid.UUID) -> dict[str, Any]:
    """One visit with a flag, and the other visits of its household on that day. Raises NotFound."""
    row = repository.visits.get(actor, visit_id)
    if not row.flags:
        raise NotFound()
    touched(row.id, row.household_id, area_id=row.area_id)
    return {
        **_visit_rows(actor, [row])[0],
        "payload": disclosed.payload(actor, row.area_id, recording.as_payload(row)),
        "edited": None,
        "standing": None,
        "same_day": _same_day(actor, row.household_id, row.visit_date.isoformat(), but=row.id),
    }


def _same_day(
    actor: Actor, household_id: uuid.UUID | None, day: str | None, *, but: uuid.UUID | None
) -> list[dict[str, Any]]:
    if household_id is None or day is None:
        return []
    rows = repository.visits.of_day(actor, household_id, day)
    names = accounts.names(_people(rows, "user_id"))
    return [
        {
            "id": row.id,
            "volunteer_name": names.get(row.user_id, ""),
            "occurred_at": row.occurred_at,
            "received_at": row.received_at,
            "payload": disclosed.payload(actor, row.area_id, recording.as_payload(row)),
        }
        for row in rows
        if row.id != but
    ]


# --- deciding ----------------------------------------------------------------------------------


def accept(
    actor: Actor, item_id: uuid.UUID, *, payload: dict[str, Any] | None, reason: str
) -> dict[str, Any]:
    """Let an entry count, after a correction when a payload is given. Raises NotOpen, CannotAccept.

    Nobody corrects what they may not read.
    """
    if payload is not None:
        waits = attention.get(actor, item_id)
        if disclosed.withheld(actor, waits.area_id, _payload(attention.raw(waits))):
            raise Invalid(fields={"payload": "这份记录只有儿童主任能看、能改；可以照原样收下。"})
    row = attention.accept(actor, item_id, payload=payload, reason=reason)
    touched(row.id, area_id=row.area_id, why=reason or None)
    return _entry_rows(actor, [row])[0]


def close(actor: Actor, item_id: uuid.UUID, *, reason: str) -> dict[str, Any]:
    """Put an entry aside with a reason. Raises NotOpen."""
    row = attention.close(actor, item_id, reason=reason)
    touched(row.id, area_id=row.area_id, why=reason)
    return _entry_rows(actor, [row])[0]


def decide(actor: Actor, rows: Sequence[dict[str, Any]], reason: str) -> list[dict[str, Any]]:
    """One act for each row; what one of them refuses does not stand in the others' way.

    Rows are taken in the order of their ids, so that two people deciding at once never hold each
    other up; the one who comes second is told that it was dealt with.
    """
    return _each(actor, rows, lambda row: _decide_one(actor, row, reason))


def undo(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take back that entries were put aside, or that visits were looked at."""
    return _each(actor, rows, lambda row: _undo_one(actor, row))


def _each(
    actor: Actor, rows: Sequence[dict[str, Any]], verb: Callable[[dict[str, Any]], tuple[str, str]]
) -> list[dict[str, Any]]:
    answers: dict[uuid.UUID, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda one: str(one["id"])):
        try:
            with db.session.begin_nested():
                state, area_id = verb(row)
            touched(row["id"], area_id=area_id)
            answers[row["id"]] = {"id": row["id"], "ok": True, "state": state}
        except ApiError as refused:
            error = refused.as_json(actor.locale)
            answers[row["id"]] = {"id": row["id"], "ok": False, "error": error}
    return [answers[row["id"]] for row in rows]


def _decide_one(actor: Actor, row: dict[str, Any], reason: str) -> tuple[str, str]:
    act = row["act"]
    if row["what"] == VISIT:
        if act not in LOOKS:
            raise Invalid(fields={"act": "这条已经算数，只要看一眼。"})
        return _look(actor, row["id"], act, row["same_as"])
    if act == "close":
        if not reason:
            raise Invalid(fields={"reason": "请写为什么。"})
        item = attention.close(actor, row["id"], reason=reason)
    elif act == "accept":
        item = attention.accept(actor, row["id"], payload=None, reason=reason)
    else:
        raise Invalid(fields={"act": "这条还没有算数，请收下或放一边。"})
    return item.state, item.area_id


def _look(
    actor: Actor, visit_id: uuid.UUID, look: str, same_as: uuid.UUID | None
) -> tuple[str, str]:
    visit = repository.visits.held(actor, visit_id)
    if visit is None:
        raise NotFound()
    if not visit.needs_eye:
        raise NotOpen()
    if look == "same":
        other = repository.visits.held(actor, same_as) if same_as is not None else None
        if other is None or other.id == visit.id or not _same_trip(visit, other):
            raise Invalid(fields={"same_as": "请选是和哪一条同一次。"})
        visit.same_as = other.id
    visit.look, visit.needs_eye = look, False
    visit.looked_by, visit.looked_at = actor.user_id, clock.now()
    db.session.flush()
    return look, visit.area_id


def _same_trip(visit: Visit, other: Visit) -> bool:
    """Whether two rows can be one trip; a row that is itself a second one is no first."""
    return (visit.household_id, visit.visit_date) == (other.household_id, other.visit_date) and (
        other.same_as is None
    )


def _undo_one(actor: Actor, row: dict[str, Any]) -> tuple[str, str]:
    if row["what"] == ENTRY:
        item = attention.reopen(actor, row["id"])
        return item.state, item.area_id
    visit = repository.visits.held(actor, row["id"])
    if visit is None:
        raise NotFound()
    if visit.look is None:
        raise NotClosed()
    visit.look = visit.same_as = visit.looked_by = visit.looked_at = None
    visit.needs_eye = bool(visit.flags)
    db.session.flush()
    return "open", visit.area_id
