"""Photos of visits: whose they are, which came and which are still with which phone, and what is told of them.

A visit counts without its photos; what it lists and what came may differ for days.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from server.attachments import service as attachments
from server.attachments.events import PhotoGivenUp, PhotoReceived, PhotoRefused
from server.kit import clock
from server.kit.events import on
from server.sync import attention, phones
from server.sync.changes import record_change
from server.visits import repository
from server.visits.models import Visit


def home_of(visit_id: uuid.UUID) -> attachments.Home | None:
    """Whose a visit is."""
    found = repository.home_of(visit_id)
    return None if found is None else attachments.Home(*found)


attachments.belongs("visit", home_of, known=repository.known, waited_for=attention.waited_for)


def of(versions: Sequence[Visit]) -> tuple[list[uuid.UUID], list[dict[str, Any]]]:
    """The photos of a visit that came from its recorder, and those it lists that did not come."""
    recorder = {version.id: version.user_id for version in versions}
    came = [
        photo
        for photo in attachments.received("visit", list(recorder))
        if photo.user_id == recorder[photo.entity_id]
    ]
    here = {photo.sha256 for photo in came}
    listed = {
        ref["sha256"]: ref
        for version in versions
        for ref in orjson.loads(version.answers).get("attachments", [])
        if ref["sha256"] not in here
    }
    if not listed:
        return [photo.attachment_id for photo in came], []
    way = attachments.on_their_way("visit", list(recorder))
    last = versions[-1]
    phone = phones.label_of(last.device_id)
    waiting = []
    for ref in listed.values():
        at = way.get(uuid.UUID(ref["attachment_id"]))
        waiting.append(
            {
                "attachment_id": ref["attachment_id"],
                "state": "waiting" if at is None else at.state,
                "received": 0 if at is None else at.received,
                "size": ref["size"],
                "phone": phone.label if phone is not None else "",
                "phone_ended": phone is None or phone.ended,
            }
        )
    return [photo.attachment_id for photo in came], waiting


@on(PhotoReceived)
def show_it(event: PhotoReceived) -> None:
    _look_again(event)


@on(PhotoRefused)
def say_it_is_none(event: PhotoRefused) -> None:
    _look_again(event)


def _look_again(event: PhotoReceived | PhotoRefused) -> None:
    """The committee's open pages look again."""
    visit = repository.newest(event.entity_id) if event.entity_type == "visit" else None
    if visit is not None and visit.user_id == event.user_id:
        record_change(
            visit.area_id,
            "visit",
            visit.id,
            household_id=visit.household_id,
            audience_user=visit.user_id,
        )


@on(PhotoGivenUp)
def ask_a_person(event: PhotoGivenUp) -> None:
    """A photo that never came whole becomes something for the committee to look at."""
    if event.entity_type != "visit":
        return
    visit = repository.newest(event.entity_id)
    attention.note(
        subject=event.attachment_id,
        area_id=None if visit is None else visit.area_id,
        household_id=None if visit is None else visit.household_id,
        user_id=event.user_id,
        device_id=event.device_id,
        kind="visit.photo",
        code="photo_given_up",
        facts={
            "visit_id": str(event.entity_id),
            "received": event.received,
            "size": event.size,
        },
        received_at=clock.now(),
    )
