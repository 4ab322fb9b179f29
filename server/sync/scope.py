"""Turns assignments that begin and end into ``scope_add`` and ``scope_drop`` (PROTOCOL.md, S1-S5)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from server.access import repository as access_reads
from server.access import service as access
from server.access.service import AccessEnded, AccessGranted, AccessMoved
from server.kit.events import on
from server.kit.unit_of_work import before_commit
from server.sync import repository
from server.sync.changes import ORDER, record_change


@on(AccessGranted)
def household_came(event: AccessGranted) -> None:
    """The person's phones get the household whole."""
    record_change(
        event.area_id,
        "scope",
        event.household_id,
        household_id=event.household_id,
        op="add",
        audience_user=event.user_id,
    )


@on(AccessEnded)
def household_left(event: AccessEnded) -> None:
    """The person's phones drop everything of the household."""
    record_change(
        event.area_id,
        "scope",
        event.household_id,
        household_id=event.household_id,
        op="drop",
        audience_user=event.user_id,
    )


@on(AccessMoved)
def assignments_moved(event: AccessMoved) -> None:
    """Once a transaction and person: a new scope version, and the next moment to look again."""

    def count() -> None:
        repository.bump_scope(event.user_id, access_reads.next_access_change(event.user_id))

    # sorted by person and before the committees' clocks, so that locks are taken in one order
    before_commit(count, order=ORDER - 1, key=f"sync:scope:{event.user_id}")


def tell_due(user_id: uuid.UUID) -> None:
    """Write down what time alone has begun or ended for a person (needs a writing transaction)."""
    access.tell_due(user_id)


def digest(household_ids: Iterable[uuid.UUID]) -> str:
    """The hash of the sorted household ids, which the phone compares with its own."""
    return hashlib.sha256("\n".join(sorted(str(i) for i in household_ids)).encode()).hexdigest()
