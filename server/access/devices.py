"""Phones over time: known, taken out of use with a reason, cleared at their next contact (sync.md P12)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta

from server.access import repository, sessions
from server.access.actor import Actor
from server.access.models import Device
from server.kit import clock
from server.kit.database import db
from server.kit.errors import ApiError, NotFound

SHOWN_AFTER_ITS_END = timedelta(days=30)


class PhoneTakenBackAlready(ApiError):
    code, status = "device.revoked_already", 409
    zh = "这台手机已经停用了，请刷新看看。"
    en = "This phone was taken out of use already; please reload."


def of_people(user_ids: Collection[uuid.UUID]) -> list[Device]:
    """Phones of these people: those in use, and those taken out of use not long ago."""
    return repository.devices_of(user_ids, clock.now() - SHOWN_AFTER_ITS_END)


def take_back(actor: Actor, user_id: uuid.UUID, device_id: uuid.UUID, *, reason: str) -> Device:
    """End one phone for good: its log-ins end, and at its next contact it is told to clear itself.

    A phone that comes back is enrolled anew. Raises NotFound, PhoneTakenBackAlready.
    """
    device = repository.locked_device(device_id)
    if device is None or device.user_id != user_id:
        raise NotFound()
    if device.revoked_at is not None:
        raise PhoneTakenBackAlready()
    device.revoked_at = clock.now()
    device.revoked_by, device.revoke_reason = actor.user_id, reason
    for session in sessions.living(user_id):
        if session.device_id == device_id:
            sessions.end(session, "device_revoked")
    db.session.flush()
    return device
