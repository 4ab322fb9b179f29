"""What the database knows of its backups. Only a verified one lets phones forget what they sent (sync, E5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.access.actor import system
from server.audit import service as audit
from server.kit import clock
from server.kit.database import db
from server.operations import repository
from server.operations.models import Backup
from server.sync import epoch


def made(*, sha256: str, file_name: str, size: int, rows: int, files: int, epoch: str) -> None:
    """A backup was written; nobody has tried it yet."""
    db.session.add(
        Backup(
            sha256=sha256,
            file_name=file_name,
            made_at=clock.now(),
            size=size,
            rows=rows,
            files=files,
            epoch=epoch,
        )
    )
    db.session.flush()
    audit.record(system("scripts/backup"), "backup.made", sha256)


def verified(sha256: str, of_epoch: str, clocks: Mapping[str, int]) -> bool:
    """A backup was tried and holds; False when it is none of this database's.

    One of another history says nothing about the numbers of this one.
    """
    row = repository.by_hash(sha256)
    if row is None or of_epoch != epoch.current().hex:
        return False
    row.verified_at = clock.now()
    db.session.flush()
    epoch.backed_up(clocks)
    return True


def dropped(file_names: Iterable[str]) -> None:
    """Old files were rotated away."""
    repository.mark_dropped(file_names, clock.now())
