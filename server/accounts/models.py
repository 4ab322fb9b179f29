"""People with a log-in, invitations to become one, and one-time links."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped


class User(Identified, Timestamped, Base):
    """A person with a log-in. The phone number is sealed and found by its blind index."""

    __tablename__ = "user_account"

    name: Mapped[str] = mapped_column(String(40))
    phone_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone = sealed_text("phone_box")
    phone_blind: Mapped[str] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: waits for a reset
    password_set_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(8), default="zh-CN")
    disabled_at: Mapped[datetime | None]


class SecondFactor(Identified, Timestamped, Base):
    """What a person's authenticator shares with us (RFC 6238). It counts from ``confirmed_at`` on.

    ``last_step`` is the newest time step whose code was taken: each code is good once (S5).
    """

    __tablename__ = "second_factor"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), unique=True
    )
    secret_box: Mapped[bytes] = mapped_column(LargeBinary)
    secret = sealed_text("secret_box")
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCode(Identified, Base):
    """A code on paper, good once, for whoever has lost their authenticator. Kept as a keyed hash."""

    __tablename__ = "recovery_code"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    code_blind: Mapped[str] = mapped_column(String(32))
    used_at: Mapped[datetime | None]


class Invitation(Identified, AreaScoped, Timestamped, Base):
    """A link that lets one person join with one role, once, for some days; kept as a hash."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str | None] = mapped_column(String(40))
    expires_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]


class OneTimeLink(Identified, Timestamped, Base):
    """A link for one act: the first administrator (no person yet) or a new password."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index("ix_one_time_link_user_id_purpose", "user_id", "purpose"),)

    purpose: Mapped[str] = mapped_column(String(20))  # first_admin | password_reset
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    area_code: Mapped[str | None] = mapped_column(String(12))  # of the first administrator
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[uuid.UUID | None]
