"""Sessions (a browser or a phone), role grants, and ``household_access``: what "assigned" means."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped


class Session(Identified, Timestamped, Base):
    """One log-in. ``version`` is inside every access token: raising it ends those given out before."""

    __tablename__ = "session"

    user_id: Mapped[uuid.UUID] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    locale: Mapped[str] = mapped_column(String(8), default="zh-CN")
    label: Mapped[str] = mapped_column(String(80), default="")
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    idle_expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    strong_at: Mapped[datetime | None]  # last time the password was shown (step-up, S11)
    factor: Mapped[bool] = mapped_column(Boolean, default=False)  # a second factor was shown (S5)
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"), index=True)
    former_device_id: Mapped[uuid.UUID | None]  # the phone this browser's older cookie names


class Device(Identified, Timestamped, Base):
    """One enrolled browser profile of one person (sync.md); it outlives its log-ins."""

    __tablename__ = "device"

    user_id: Mapped[uuid.UUID] = mapped_column(index=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    public_key: Mapped[dict[str, Any]] = mapped_column(Json)  # JWK, ECDSA P-256
    scope_version: Mapped[int] = mapped_column(Integer, default=1)
    app_version: Mapped[str] = mapped_column(String(40), default="")
    last_contact_at: Mapped[datetime]
    last_nonce: Mapped[str | None] = mapped_column(String(120))  # the newest nonce spent (S17)
    unsent: Mapped[int | None] = mapped_column(Integer)  # entries on it at its last contact
    unsent_since: Mapped[datetime | None]  # when the oldest of them was recorded
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
    revoke_reason: Mapped[str | None] = mapped_column(String(300))
    wipe_acknowledged_at: Mapped[datetime | None]  # it handed in all it held and clears itself


class RefreshToken(Identified, Base):
    """One opaque refresh token, stored hashed; a session holds a chain of them (S15, S16)."""

    __tablename__ = "refresh_token"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    first_used_at: Mapped[datetime | None]
    successor_box: Mapped[bytes | None] = mapped_column(LargeBinary)  # for the lost-response rule


class RoleGrant(Identified, Timestamped, Base):
    """A role of a person in an area (domain.md 1.6), with the dates it holds."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_user_id_area_id", "user_id", "area_id"),)

    user_id: Mapped[uuid.UUID]
    role: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[uuid.UUID | None]


class HouseholdAccess(Identified, AreaScoped, Timestamped, Base):
    """Why a person may see a household, from when to when. Written by tasks and pairing only."""

    __tablename__ = "household_access"
    __table_args__ = (
        Index("ix_household_access_user_id_household_id", "user_id", "household_id"),
        Index("ix_household_access_cause", "cause", "cause_id"),
        Index("ix_household_access_user_id_ends_at", "user_id", "notified_end", "ends_at"),
        Index("ix_household_access_user_id_starts_at", "user_id", "notified_start", "starts_at"),
    )

    user_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID] = mapped_column(index=True)
    cause: Mapped[str] = mapped_column(String(20))  # task | pairing | substitution | handover
    cause_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    notified_start: Mapped[bool] = mapped_column(Boolean, default=False)
    notified_end: Mapped[bool] = mapped_column(Boolean, default=False)
