"""Applies recorded visits and their corrections, a whole batch with a few statements.

Visits are only added: two to one household on one day are two, flagged for a person to look at.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from marshmallow import ValidationError

from server.access import service as access
from server.attachments import service as attachments
from server.kit.bulk import insert_rows
from server.kit.crypto import keyring
from server.kit.events import emit
from server.residents import service as residents
from server.residents.changes import service as changes
from server.sync.changes import record_change
from server.sync.handlers import Applied, Conflict, Mutation, Push, Rejected, Verdict
from server.tasks.arrivals import AppliedVisit, visit_corrected, visits_applied
from server.visits import agreed, anomalies, letters, readings, repository
from server.visits.definitions import watched
from server.visits.events import VisitApplied
from server.visits.form import MOST_EXTRA
from server.visits.models import Visit
from server.visits.own import own_row
from server.visits.own_questions import service as own_questions
from server.visits.readings import COLUMNS, Reading
from server.visits.repository import Seen

ODD = ("possible_duplicate", "two_places", "many_in_minutes", *agreed.FLAGS)
"""Flags that come from elsewhere than the form itself; a correction does not take them off."""


@dataclass(slots=True)
class Heard:
    """A mutation with its payload read; ``area_id`` once its household is known to be allowed."""

    mutation: Mutation
    reading: Reading
    said: dict[str, Any]
    area_id: str = ""
    meant: uuid.UUID | None = None
    """The household it was recorded for, where that is part of another by now."""


def read(mutation: Mutation, *, amends: bool) -> Heard | Rejected:
    """The payload as its form has it, or the field that does not fit."""
    reading = readings.of(mutation.payload)
    try:
        said = (reading.amend if amends else reading.record)(mutation.payload)
    except ValidationError as wrong:
        messages = wrong.messages_dict
        return Rejected("invalid", field=str(next(iter(messages), "payload"))[:80])
    if len(reading.unknown(said)) > MOST_EXTRA:
        return Rejected("invalid", field="payload")
    return Heard(mutation, reading, said)


def allow(push: Push, heard: Sequence[Heard]) -> dict[int, Rejected]:
    """Set each visit's committee; refuse those whose household the person may not visit now."""
    wanted = {one.said["household_id"] for one in heard}
    areas = _areas(push, wanted)
    now = residents.standing_for(wanted - areas.keys()) if wanted - areas.keys() else {}
    if now:
        areas |= _areas(push, set(now.values()))
    for one in heard:  # the home it was for is part of another
        if one.said["household_id"] in now:
            one.meant = one.said["household_id"]
            one.said["household_id"] = now[one.meant]
    refused: dict[int, Rejected] = {}
    for index, one in enumerate(heard):
        household_id = one.said["household_id"]
        area_id = areas.get(household_id)
        if area_id is not None and not _may_record(push, one.reading.form.only, area_id):
            refused[index] = Rejected(
                "invalid", field="form", area_id=area_id, household_id=household_id
            )
        elif area_id is not None:
            one.area_id = area_id
        elif push.accepted_by is not None:
            refused[index] = Rejected("invalid", field="household_id")
        else:
            then = access.was_assigned(push.user_id, household_id, one.mutation.occurred_est)
            refused[index] = Rejected(
                "not_assigned",
                facts={"assigned_then": then is not None},
                area_id=then,
                household_id=household_id,
            )
    return refused


def _areas(push: Push, household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Those of these households that may be visited, with their committees."""
    if push.accepted_by is None:
        return access.held_areas(push.user_id, household_ids)
    return {i: brief.area_id for i, brief in residents.briefs(push.actor, household_ids).items()}


def _may_record(push: Push, only: str | None, area_id: str) -> bool:
    """Whether who recorded it holds the right its form asks for; the committee's word is no such right."""
    if only is None:
        return True
    recorder = (
        push.actor if push.accepted_by is None else access.person(push.user_id, push.device_id)
    )
    return recorder.may(only, area_id)


def record(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """The handler of ``visit.record``."""
    verdicts: list[Verdict | None] = [None] * len(mutations)
    heard: list[Heard] = []
    places: list[int] = []
    for index, mutation in enumerate(mutations):
        one = read(mutation, amends=False)
        if isinstance(one, Rejected):
            verdicts[index] = one
        else:
            heard.append(one)
            places.append(index)
    refused = allow(push, heard)
    refused |= _own_misfits(push, heard, refused)
    unagreed = _unagreed(push, heard, refused)
    taken = repository.taken_ids([one.mutation.entity_id for one in heard])
    rows: list[dict[str, Any]] = []
    meant: dict[uuid.UUID, uuid.UUID] = {}
    seen = [_seen(push, one) for one in heard]
    same = repository.same_days(
        {one.household_id for one in seen}, {one.visit_date for one in seen}
    )
    rush = anomalies.in_a_rush(push.user_id, seen)
    for at, one in enumerate(heard):
        entity_id = one.mutation.entity_id
        if at in refused:
            verdicts[places[at]] = refused[at]
            continue
        if entity_id in taken:
            verdicts[places[at]] = Rejected("id_taken", area_id=one.area_id)
            continue
        taken.add(entity_id)
        others = same.setdefault((seen[at].household_id, seen[at].visit_date), [])
        flags = [*_odd(seen[at], others, at in rush), *unagreed.get(at, ())]
        rows.append(_row(push, one, first_id=entity_id, version=1, flags=flags))
        others.append(seen[at])
        if one.meant is not None:
            meant[entity_id] = one.meant
        verdicts[places[at]] = Applied({str(entity_id): 1}, one.area_id)
    _write(push, rows)
    changes.arrived("visit", meant)
    _photos_follow([one for one in heard if one.area_id])
    visits_applied([_for_tasks(row) for row in rows])
    letters.asked(rows)
    return [verdict for verdict in verdicts if verdict is not None]


def _own_misfits(
    push: Push, heard: Sequence[Heard], refused: Collection[int]
) -> dict[int, Rejected]:
    """Entries whose answers to the committee's own questions do not fit the version they name.

    They wait for the committee with all they say; what it accepts counts as it stands.
    """
    if push.accepted_by is not None:
        return {}
    said = {
        index: (one.area_id, one.said["own"])
        for index, one in enumerate(heard)
        if one.said["own"] is not None and index not in refused
    }
    if not said:
        return {}
    return {
        index: Rejected(
            "invalid",
            field=field[:80],
            area_id=heard[index].area_id,
            household_id=heard[index].said["household_id"],
        )
        for index, field in own_questions.misfits(said).items()
    }


def _unagreed(
    push: Push, heard: Sequence[Heard], refused: dict[int, Rejected]
) -> dict[int, tuple[str, ...]]:
    """Flags of child forms by how their consent stood; what had none at all is refused here, and kept.

    The committee's word lets an entry count as it stands.
    """
    if push.accepted_by is not None:
        return {}
    asking = [
        i for i, one in enumerate(heard) if i not in refused and agreed.asks(one.reading.form)
    ]
    flags: dict[int, tuple[str, ...]] = {}
    found = agreed.looked_at([(heard[i].reading.form, heard[i].said, heard[i].mutation.occurred_est) for i in asking])  # fmt: skip
    for index, (flag, why) in zip(asking, found, strict=True):
        if why is None:
            flags[index] = () if flag is None else (flag,)
        else:
            refused[index] = Rejected(
                "no_consent",
                facts={"why": why},
                area_id=heard[index].area_id,
                household_id=heard[index].said["household_id"],
            )
    return flags


def _photos_follow(heard: Sequence[Heard]) -> None:
    """Photos that came before their visit go to its committee."""
    areas = {one.mutation.entity_id: one.area_id for one in heard if one.said["attachments"]}
    if areas:
        attachments.arrived("visit", areas)


def amend(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """The handler of ``visit.amend``: each correction is a new version, in the order they came."""
    return [_amend_one(push, mutation) for mutation in mutations]


def _amend_one(push: Push, mutation: Mutation) -> Verdict:
    one = read(mutation, amends=True)
    if isinstance(one, Rejected):
        return one
    old = repository.newest(one.said["amends"])
    if old is None or old.user_id != push.user_id:
        return Rejected("invalid", field="amends")
    said = one.said["household_id"]
    if said != old.household_id and changes.ever_one(said, old.household_id):
        one.said["household_id"] = old.household_id
    if old.household_id != one.said["household_id"]:
        return Rejected("invalid", field="household_id", area_id=old.area_id)
    if repository.taken_ids([mutation.entity_id]):
        return Rejected("id_taken", area_id=old.area_id)
    if old.form != one.said["form"]:
        return Rejected("invalid", field="form", area_id=old.area_id)
    wanted = readings.unsaid_stands(mutation.payload, as_payload(old))
    if old.device_id != push.device_id and push.accepted_by is None:
        both, wanted = _against(wanted, one, old)
        if both:
            return Conflict(old.version, both, area_id=old.area_id, household_id=old.household_id)
    if wanted is not mutation.payload:
        one.said = one.reading.amend(wanted) | {"household_id": old.household_id}
    refused = allow(push, [one])
    refused = refused or _own_misfits(push, [one], refused)
    new: tuple[str, ...] = ()
    if agreed.names_another(one.said, as_payload(old)):
        new = _unagreed(push, [one], refused).get(0, ())
    if refused:
        return refused[0]
    kept = old.flags if old.look is None else ()
    flags = [*(flag for flag in kept if flag in ODD and flag not in new), *new]
    row = _row(push, one, first_id=old.first_id, version=old.version + 1, flags=flags)
    _write(push, [row])
    _photos_follow([one])
    repository.replace(old.id, row["id"])
    record_change(
        old.area_id,
        "visit",
        old.id,
        household_id=old.household_id,
        op="tombstone",
        audience_user=push.user_id,
    )
    visit_corrected(
        old.household_id,
        old.area_id,
        [_for_tasks_of(visit) for visit in repository.history(old.household_id)],
    )
    letters.asked([row])
    versions = {str(old.first_id): row["version"], str(row["id"]): row["version"]}
    return Applied(versions, one.area_id)


def tell_anew(household_id: uuid.UUID, area_id: str, moved: Iterable[uuid.UUID]) -> None:
    """A household has other visits than before: its last contact and days of contact are told anew."""
    visits = repository.history(household_id)
    visit_corrected(household_id, area_id, [_for_tasks_of(visit) for visit in visits])
    came = set(moved)
    for visit in visits:
        if visit.id in came or visit.first_id in came:
            record_change(
                area_id,
                "visit",
                visit.id,
                household_id=household_id,
                audience_user=visit.user_id,
            )


def as_payload(visit: Visit) -> dict[str, Any]:
    """A stored version in the words of the form, as a phone would send it."""
    answers = orjson.loads(visit.answers)
    columns = {name: getattr(visit, name) for name in COLUMNS - {"amends"}}
    told = orjson.loads(orjson.dumps({**columns, **answers.pop("extra", {}), **answers}))
    return dict(told)


def standing(kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
    """What stands on the server of the visit a correction is about; None for anything else."""
    if kind != "visit.amend":
        return None
    try:
        found = repository.newest(uuid.UUID(str(payload.get("amends"))))
    except ValueError:
        return None
    return None if found is None else as_payload(found)


def _against(payload: dict[str, Any], one: Heard, old: Visit) -> tuple[list[str], dict[str, Any]]:
    """A correction beside one that another phone sent meanwhile (P5).

    Answers the fields both changed to something different, and the form with whatever only one of
    them changed. Both phones started from the version the correction names.
    """
    base = repository.version(one.said["amends"])
    if base is None or base.id == old.id:
        return [], payload
    was, now, wanted = as_payload(base), as_payload(old), dict(payload)
    both: list[str] = []
    for name in one.reading.merged & wanted.keys():
        mine, theirs = wanted[name] != was.get(name), now.get(name) != was.get(name)
        if mine and theirs and wanted[name] != now.get(name):
            both.append(name)
        elif theirs:
            wanted[name] = now.get(name)
    return sorted(both), wanted


def _seen(push: Push, one: Heard) -> Seen:
    said = one.said
    return Seen(
        said["household_id"], said["visit_date"], push.user_id, said["evidence"], one.mutation.occurred_est
    )  # fmt: skip


def _odd(one: Seen, same_day: Sequence[Seen], rush: bool) -> list[str]:
    """What other visits, those of its household on its day before all, make odd about this one."""
    flags = []
    if same_day:
        flags.append("possible_duplicate")
    if anomalies.two_places(one, same_day):
        flags.append("two_places")
    if rush:
        flags.append("many_in_minutes")
    return flags


def _own_flags(one: Heard) -> list[str]:
    flags = []
    if one.mutation.clock_quality == "implausible":
        flags.append("clock")
    if one.said["evidence"] == "qr_old":
        flags.append("old_code")
    return flags


def _row(
    push: Push, one: Heard, *, first_id: uuid.UUID, version: int, flags: Sequence[str]
) -> dict[str, Any]:
    said, mutation = one.said, one.mutation
    flags = [*flags, *_own_flags(one)]
    answers = {name: said[name] for name in one.reading.answers}
    more = one.reading.unknown(said)
    if more:
        answers["extra"] = more
    box = keyring().seal(orjson.dumps(answers), f"visit:{mutation.entity_id}:answers_box")
    offset = mutation.clock.offset_ms
    return {
        "id": mutation.entity_id,
        "area_id": one.area_id,
        "first_id": first_id,
        "version": version,
        "replaced_by": None,
        "household_id": said["household_id"],
        "task_id": said["task_id"],
        "mutation_id": mutation.mutation_id,
        "device_id": push.device_id,
        "device_seq": min(mutation.device_seq, 2**31 - 1),
        "user_id": push.user_id,
        "accepted_by": push.accepted_by,
        "visit_date": said["visit_date"],
        "mode": said["mode"],
        "purpose": said["purpose"],
        "met": said["met"],
        "next_action": said["next_action"],
        "next_date": said["next_date"],
        "duration_min": said["duration_min"],
        "evidence": said["evidence"],
        "code_generation": said["code_generation"],
        "form": said["form"],
        "form_version": said["form_version"],
        "watch": watched(one.reading.form, said),
        "answers_box": box,
        "flags": flags,
        "needs_eye": bool(flags),
        "occurred_at_device": mutation.occurred_at,
        "tz_offset": mutation.tz_offset,
        "offset_ms": None if offset is None else str(offset),
        "occurred_at": mutation.occurred_est,
        "clock_quality": mutation.clock_quality,
        "received_at": push.received_at,
    }


def _write(push: Push, rows: list[dict[str, Any]]) -> None:
    insert_rows(Visit, rows)
    for row in rows:
        record_change(
            row["area_id"],
            "visit",
            row["id"],
            household_id=row["household_id"],
            audience_user=push.user_id,
            row=own_row(row),
        )
        emit(
            VisitApplied(
                row["id"],
                row["household_id"],
                row["area_id"],
                push.user_id,
                row["task_id"],
                row["met"],
            )
        )


def _for_tasks(row: dict[str, Any]) -> AppliedVisit:
    return AppliedVisit(
        visit_id=row["id"],
        household_id=row["household_id"],
        area_id=row["area_id"],
        by=row["user_id"],
        visit_date=row["visit_date"],
        mode=row["mode"],
        met=row["met"],
        task_id=row["task_id"],
    )


def _for_tasks_of(visit: Visit) -> AppliedVisit:
    return AppliedVisit(
        visit_id=visit.id,
        household_id=visit.household_id,
        area_id=visit.area_id,
        by=visit.user_id,
        visit_date=visit.visit_date,
        mode=visit.mode,
        met=visit.met,
        task_id=visit.task_id,
    )
