"""When the phones of people were last heard from; a silent one mostly means no signal, not that nobody visited."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from server.access import repository as access_reads
from server.sync import repository


@dataclass(frozen=True)
class PhoneHeard:
    """One enrolled phone; ``missing`` are numbered entries that came out of order and still have a hole before them."""

    device_id: uuid.UUID
    user_id: uuid.UUID
    label: str
    heard_at: datetime
    missing: int


def phones_of(user_ids: Collection[uuid.UUID]) -> list[PhoneHeard]:
    """The standing phones of these people, the longest silent first. The caller has checked the access."""
    found = []
    for user_id in user_ids:
        for device in access_reads.standing_devices(user_id):
            receipt = repository.receipt(device.id)
            holes = receipt.holes if receipt is not None else []
            missing = sum(last - first + 1 for first, last in holes)
            found.append(
                PhoneHeard(device.id, user_id, device.label, device.last_contact_at, missing)
            )
    return sorted(found, key=lambda phone: (phone.heard_at, str(phone.device_id)))
