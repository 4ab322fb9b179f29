"""Every select on backups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from server.kit.database import db
from server.operations.models import Backup


def by_hash(sha256: str) -> Backup | None:
    """The record of a file."""
    return db.session.scalars(select(Backup).where(Backup.sha256 == sha256)).one_or_none()


def newest(limit: int) -> Sequence[Backup]:
    """The newest backups first."""
    return db.session.scalars(select(Backup).order_by(Backup.made_at.desc()).limit(limit)).all()


def mark_dropped(file_names: Iterable[str], at: datetime) -> None:
    """These files were rotated away."""
    db.session.execute(
        update(Backup)
        .where(Backup.file_name.in_(list(file_names)), Backup.dropped_at.is_(None))
        .values(dropped_at=at)
        .execution_options(synchronize_session=False)
    )
