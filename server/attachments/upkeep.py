"""What time does to photos: unfinished ones are given up after thirty days, files without a row go."""

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
