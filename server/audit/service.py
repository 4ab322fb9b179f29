"""Writing audit rows at the end of the transaction they tell about, and checking the chains."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import current_app, g, has_request_context

from server.access.actor import Actor
from server.audit import chain, repository
from server.audit.models import AuditEntry
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.endpoint import AuditNote, set_audit_writer
from server.kit.ids import new_id
from server.kit.unit_of_work import after_commit, before_commit, keep_for

ORDER = 80
"""Before the change numbers of sync (90), after every domain row."""

MOST_SUBJECTS = 1000
"""As many as a page of a pull has; of more, the number."""


def write(actor: Actor, note: AuditNote) -> None:
    """The audit row of one request; numbered late, so that a chain is held for a moment only."""
    record(
        actor,
        note.action,
        *note.subjects,
        area_id=note.area_id,
        why=note.why,
    )


def record(
    actor: Actor,
    action: str,
    *subjects: object,
    area_id: str | None = None,
    why: str | None = None,
) -> None:
    """Register an audit row for the present transaction; ids only, never what a record says."""
    named = [str(subject) for subject in subjects]
    if len(named) > MOST_SUBJECTS:
        named = [*named[:MOST_SUBJECTS], f"+{len(named) - MOST_SUBJECTS}"]
    values: dict[str, Any] = {
        "area_id": area_id or (actor.areas[0] if actor.areas else ""),
        "actor_id": actor.user_id,
        "session_id": actor.session_id,
        "device_id": actor.device_id,
        "action": action,
        "subjects": named,
        "why": why or actor.system_reason,
        "request_id": g.get("request_id") if has_request_context() else None,
    }
    before_commit(lambda: _append(values), order=ORDER, key=f"audit:{uuid.uuid4()}")


def canonical(row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is chained: text and numbers only."""
    return {
        "id": str(row["id"]),
        "area_id": row["area_id"],
        "seq": row["seq"],
        "at": clock.to_wire(row["at"]),
        "actor_id": str(row["actor_id"] or ""),
        "session_id": str(row["session_id"] or ""),
        "device_id": str(row["device_id"] or ""),
        "action": row["action"],
        "subjects": list(row["subjects"]),
        "why": row["why"] or "",
        "request_id": row["request_id"] or "",
    }


def _append(values: dict[str, Any]) -> None:
    area_id = values["area_id"]
    keep_for(area_id)  # the chain of an area is kept by the system, whoever acted
    seq, before, day = repository.take_number(area_id)
    now = clock.now()
    at = now - timedelta(microseconds=now.microsecond % 1000)
    today = at.astimezone(clock.SHANGHAI).date()
    if day is not None and today > day:
        _close_day(area_id, day, seq - 1, before)
    elif day is not None:
        today = day  # a server clock set back opens no day again
    row = {"id": new_id(), "seq": seq, "at": at, **values}
    row["hash"] = chain.link(keyring().stable("audit"), before, canonical(row))
    repository.add_entry(row, today)


def _seed() -> bytes:
    return keyring().stable("audit-day-heads")


def heads_file() -> Path:
    """Where signed heads are kept outside the database."""
    path: Path = current_app.config["LINLI"].data_dir / "audit-heads.jsonl"
    return path


def _close_day(area_id: str, day: date, seq: int, head: str) -> None:
    signature = chain.sign_head(_seed(), area_id, day, seq, head)
    repository.add_day_head(area_id, day, seq, head, signature)
    line = json.dumps(
        {
            "area_id": area_id,
            "day": day.isoformat(),
            "seq": seq,
            "hash": head,
            "signature": signature,
        }
    )
    path = heads_file()

    def keep_outside() -> None:
        with path.open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")

    after_commit(keep_outside)


def close_days(most: int) -> int:
    """Sign the heads of days that are over, also of chains where nothing happens any more."""
    today = clock.today()
    closed = 0
    for head in repository.days_over(today, most):
        day = head.day
        if day is not None and repository.begin_day(head, today):
            _close_day(head.area_id, day, head.seq, head.hash)
            closed += 1
    return closed


@dataclass(frozen=True)
class Finding:
    """One place where the audit does not hold."""

    area_id: str
    seq: int
    problem: str


def verify(outside: Iterable[str] = ()) -> list[Finding]:
    """Check every chain from its start; the first bad row of each, and heads that are missing.

    ``outside``: lines of the heads file, for finding a database that was rolled back.
    """
    kept: dict[str, list[dict[str, Any]]] = {}
    findings: list[Finding] = []
    public = chain.public_key(_seed())
    for line in filter(None, map(str.strip, outside)):
        said = json.loads(line)
        if not chain.head_is_signed(
            public,
            said["area_id"],
            date.fromisoformat(said["day"]),
            said["seq"],
            said["hash"],
            said["signature"],
        ):
            findings.append(
                Finding(said["area_id"], said["seq"], "a kept head is not signed by us")
            )
            continue
        kept.setdefault(said["area_id"], []).append(said)
    for area_id in sorted(set(repository.entries.chains()) | set(kept)):
        first = next(_problems(area_id, kept.get(area_id, [])), None)
        if first is not None:
            findings.append(first)
    return findings


def _problems(area_id: str, kept: list[dict[str, Any]]) -> Iterator[Finding]:
    """What is wrong with one chain, in order of the rows."""
    key, before, seq = keyring().stable("audit"), chain.START, 0
    public = chain.public_key(_seed())
    heads: dict[int, list[str]] = {}
    for said in kept:
        heads.setdefault(said["seq"], []).append(said["hash"])
    for head in repository.day_heads(area_id):
        if not chain.head_is_signed(public, area_id, head.day, head.seq, head.hash, head.signature):
            yield Finding(area_id, head.seq, f"the head of {head.day} is not signed by us")
        heads.setdefault(head.seq, []).append(head.hash)
    for row in repository.entries.of_area(area_id):
        if row.seq != seq + 1:
            yield Finding(area_id, seq + 1, "a row is missing or out of place")
            return
        seq = row.seq
        if chain.link(key, before, canonical(_as_dict(row))) != row.hash:
            yield Finding(area_id, seq, "a row was changed")
        before = row.hash
        if any(head != before for head in heads.pop(seq, ())):
            yield Finding(area_id, seq, "a signed head does not fit its row")
    present = repository.head_of(area_id)
    if heads:
        yield Finding(area_id, min(heads), "the rows of a signed head are missing")
    if present is None:
        yield Finding(area_id, seq, "the head of the chain is missing")
    elif (present.seq, present.hash) != (seq, before):
        yield Finding(area_id, seq + 1, "rows at the end are missing")


def _as_dict(row: AuditEntry) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in AuditEntry.__table__.columns}


def latest(actor: Actor, limit: int, before: uuid.UUID | None) -> list[AuditEntry]:
    """What an auditor reads."""
    return repository.entries.latest(actor, limit, before)


set_audit_writer(write)
