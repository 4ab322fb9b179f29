"""When the phones of people were last heard from and what they still held; silence mostly means no signal."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.access import devices
from server.access import repository as access_reads
from server.access.models import Device, Session
from server.sync import contact, repository


@dataclass(frozen=True)
class PhoneHeard:
    """One enrolled phone.

    ``unsent`` and ``unsent_since`` are what it said at its last contact. ``missing`` are numbered
    entries that came out of order and still have a hole before them; ``kept`` of its entries wait
    for the committee. After ``revoked_at`` it is out of use, after ``cleared_at`` it holds nothing.
    """

    device_id: uuid.UUID
    user_id: uuid.UUID
    label: str
    enrolled_at: datetime
    heard_at: datetime
    unsent: int
    unsent_since: datetime | None
    missing: int
    kept: int
    revoked_at: datetime | None
    revoke_reason: str | None
    cleared_at: datetime | None


@dataclass(frozen=True)
class LeftBehind:
    """What is known to have been on a phone and never arrived.

    ``here``: this very browser was that phone until its storage was cleared. Otherwise they are other
    phones of the person, which may still hold it.
    """

    entries: int
    heard_at: datetime
    here: bool


@dataclass(frozen=True)
class PhoneName:
    """What a phone calls itself, and whether it was ended."""

    label: str
    ended: bool


def label_of(device_id: uuid.UUID) -> PhoneName | None:
    """A phone by its number. The caller has checked the access."""
    device = access_reads.device(device_id)
    return None if device is None else PhoneName(device.label, device.revoked_at is not None)


def phones_of(user_ids: Collection[uuid.UUID]) -> list[PhoneHeard]:
    """The phones of these people, the longest silent first. The caller has checked the access."""
    known = devices.of_people(user_ids)
    ids = [device.id for device in known]
    holes = repository.holes_of(ids)
    kept = repository.open_items_of(ids)
    found = [
        PhoneHeard(
            device_id=device.id,
            user_id=device.user_id,
            label=device.label,
            enrolled_at=device.created_at,
            heard_at=device.last_contact_at,
            unsent=device.unsent or 0,
            unsent_since=device.unsent_since,
            missing=sum(last - first + 1 for first, last in holes.get(device.id, ())),
            kept=kept.get(device.id, 0),
            revoked_at=device.revoked_at,
            revoke_reason=device.revoke_reason,
            cleared_at=device.wipe_acknowledged_at,
        )
        for device in known
    ]
    return sorted(found, key=lambda phone: (phone.heard_at, str(phone.device_id)))


def left_behind(session: Session, device: Device) -> LeftBehind | None:
    """What the person's phones before this one, enrolled in this log-in, are known to have held back."""
    if device.created_at < session.created_at:
        return None
    known = {one.id: one for one in access_reads.standing_devices(session.user_id)}
    known.pop(device.id, None)
    former = session.former_device_id
    if former is not None and former != device.id:
        return _left_on([known[former]], here=True) if former in known else None
    told = access_reads.former_devices(session.user_id)
    return _left_on([one for one in known.values() if one.id not in told], here=False)


def _left_on(before: Sequence[Device], *, here: bool) -> LeftBehind | None:
    holes = repository.holes_of([one.id for one in before])
    entries, heard = 0, []
    for one in before:
        missing = sum(last - first + 1 for first, last in holes.get(one.id, ()))
        at, waiting = contact.noted(one.id) or (one.last_contact_at, None)
        left = contact.left_on(waiting, at)
        count = max(missing, one.unsent or 0 if left is None else left[0])
        if count or here:
            entries += count
            heard.append(at)
    return LeftBehind(entries, max(heard), here) if heard else None
