"""When the phones of people were last heard from and what they still held; silence mostly means no signal."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from server.access import devices
from server.access import repository as access_reads
from server.sync import repository


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
