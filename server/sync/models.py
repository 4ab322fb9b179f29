"""What sync remembers: change numbers, the change log, the ledger of mutations, the quarantine, receipts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped

EVERYBODY = uuid.UUID(int=0)
"""The audience of a change that is for every phone of the committee."""


OVER = "op = 'tombstone' OR entity = 'scope'"
"""News that the daily trimming looks for: small beside what stands."""


class AreaClock(Base):
    """The change counter of one committee; ``floor`` is the newest tombstone thrown away, and all
    up to ``backed_up`` is in a verified backup."""

    __tablename__ = "area_clock"

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)
    backed_up: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class ScopeClock(Base):
    """How often a person's assignments changed, and when time alone will change them next."""

    __tablename__ = "scope_clock"

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    next_at: Mapped[datetime | None]


class ChangeLog(Base):
    """The last change of each entity, numbered by its committee's clock.

    One row per entity and audience, so that a first pull is the log read from its beginning.
    ``body`` is the change as ready JSON text; empty until somebody has asked for it.
    """

    __tablename__ = "change_log"
    __table_args__ = (
        Index("uq_change_log_area_id_seq", "area_id", "seq", unique=True),
        Index("ix_change_log_household_id", "household_id"),
        Index(
            "ix_change_log_over",
            "tx_time",
            sqlite_where=text(OVER),
            postgresql_where=text(OVER),
        ),
    )

    entity: Mapped[str] = mapped_column(String(16), primary_key=True)
    entity_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    audience: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(10))  # put | tombstone | add | drop
    household_id: Mapped[uuid.UUID | None]
    tx_time: Mapped[datetime]
    body: Mapped[str | None] = mapped_column(Text)


class Ledger(Base):
    """Every mutation that ever got a final verdict; its key makes the effect happen once."""

    __tablename__ = "ledger"

    mutation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID]
    device_seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]


class QuarantineItem(Identified, AreaScoped, Timestamped, Base):
    """A mutation that could not be applied, kept whole until a person decides.

    ``state``: ``open``, ``accepted``, ``edited`` (accepted after a change) or ``closed``.
    ``facts`` hold what helps the decision and nothing personal, e.g. ``{"assigned_then": true}``.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("ix_quarantine_area_id_state", "area_id", "state"),
        Index("ix_quarantine_device_id_state", "device_id", "state"),
        Index("uq_quarantine_device_id_fingerprint", "device_id", "fingerprint", unique=True),
    )

    mutation_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    device_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    fingerprint: Mapped[str] = mapped_column(String(64))
    household_id: Mapped[uuid.UUID | None]
    type: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    field: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    payload_box: Mapped[bytes] = mapped_column(LargeBinary)
    payload = sealed_text("payload_box")
    received_at: Mapped[datetime]
    occurred_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    resolved_by: Mapped[uuid.UUID | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(300))
    edited_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    edited = sealed_text("edited_box")


class SyncEpoch(Base):
    """The identity of this database's history; a restored database gets a new one."""

    __tablename__ = "sync_epoch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[uuid.UUID]
    since: Mapped[datetime]


class EpochEnd(Base):
    """What of an ended history the present one still holds: each committee's log up to this number."""

    __tablename__ = "epoch_end"

    epoch: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class DeviceReceipt(Base):
    """Which of a phone's numbered mutations arrived: all up to ``received_through`` but the holes."""

    __tablename__ = "device_receipt"

    device_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    received_through: Mapped[int] = mapped_column(BigInteger, default=0)
    holes: Mapped[list[Any]] = mapped_column(Json, default=list)


class PushFailure(Base):
    """How often applying a mutation failed by our own fault, before it is given to a person."""

    __tablename__ = "push_failure"

    mutation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(80))
    last_at: Mapped[datetime]
