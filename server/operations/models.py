"""Backups that were made: what the administrator sees, and the ground on which phones forget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import Base, Identified


class Backup(Identified, Base):
    """One file. ``verified_at``: when it was last opened, put into an empty database and counted."""

    __tablename__ = "backup"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[str] = mapped_column(String(32))
    verified_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
