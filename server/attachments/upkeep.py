"""What time does to photos: unfinished ones are given up after thirty days, those whose entry never came go after half a year, files without a row too."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.attachments import repository, service
from server.attachments.events import PhotoGivenUp
from server.attachments.service import PARTS, ROOM
from server.attachments.uploads import KEPT_DAYS
from server.kit import clock, storage
from server.kit.events import emit
from server.kit.jobs import job

AT_ONCE = 200
EARLY_KEPT = timedelta(days=180)
"""How long a photo waits for its entry: as long as a phone may stay away and still be told what was deleted."""
ORPHAN_AFTER = timedelta(days=2)
SHARES = 32
"""A day's look at the store is a part of its folders; in a month each had its turn."""


@job(
    "attachments.give_up",
    every=timedelta(days=1),
    zh="三十天没传完的照片不再等，提醒居委会",
    en="Photos unfinished for thirty days are given up and put before the committee",
)
def give_up() -> int:
    """End uploads that have not moved for thirty days and tell of each; returns how many."""
    rows = repository.stale(clock.now() - timedelta(days=KEPT_DAYS), AT_ONCE)
    for row in rows:
        if repository.same_file(row.entity_type, row.entity_id, row.sha256) is None:
            emit(
                PhotoGivenUp(
                    row.id, row.entity_type, row.entity_id, row.user_id, row.device_id,
                    row.offset, row.size,
                )
            )  # fmt: skip
    if rows:
        names = repository.remove_uploads([row.id for row in rows])
        service.drop_later((PARTS, name) for name in names)
    return len(rows)


@job(
    "attachments.early",
    every=timedelta(days=1),
    zh="半年前先到、记录一直没来的照片清掉",
    en="Photos that came half a year ago and whose entry never did are removed",
)
def forget_early() -> int:
    """Delete a share of the photos that no entry ever followed; returns how many."""
    return _forget_share(clock.now(), clock.today().toordinal() % SHARES)


def _forget_share(now: datetime, share: int) -> int:
    each = 256 // SHARES
    at, end = f"{share * each:02x}", f"{(share + 1) * each:02x}" if share + 1 < SHARES else "g"
    gone = 0
    while rows := repository.old_ones(now - EARLY_KEPT, (at, end), AT_ONCE):
        at = rows[-1].storage_name
        for entity_type, ids in service.without_entity(rows).items():
            gone += service.forget(entity_type, ids)
    return gone


@job(
    "attachments.orphans",
    every=timedelta(days=1),
    zh="清掉没有记录指着的照片文件",
    en="Photo files that no record names are removed",
)
def drop_orphans() -> int:
    """Delete files that a killed server wrote and never named in a row; returns how many."""
    return _drop_share(clock.now(), clock.today().toordinal() % SHARES)


def _drop_share(now: datetime, share: int) -> int:
    dropped = 0
    for room in (PARTS, ROOM):
        for names in storage.left_before(room, now - ORPHAN_AFTER, share=share, of=SHARES):
            for name in set(names) - repository.named(room, names):
                storage.drop(room, name)
                dropped += 1
    return dropped
