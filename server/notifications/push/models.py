"""Where a person's browsers can be woken, and who is to be woken when."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import Base, Identified, Timestamped


class PushSubscription(Identified, Timestamped, Base):
    """One browser that may be woken; ends with its log-in or its phone.

    The address at the push service and the keys to write to it are sealed: whoever has them can wake
    that phone. ``host`` stays readable for the operator's logs. A browser has one address, so on a
    phone that two people share it belongs to whoever turned it on last.
    """

    __tablename__ = "push_subscription"

    user_id: Mapped[uuid.UUID] = mapped_column(index=True)
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("session.id", ondelete="SET NULL"), index=True
    )
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"), index=True)
    host: Mapped[str] = mapped_column(String(120))
    endpoint_index: Mapped[str] = mapped_column(String(32), unique=True)
    keys_box: Mapped[bytes] = mapped_column(LargeBinary)
    keys = sealed_text("keys_box")
    locale: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime | None]


class PushDue(Base):
    """The outbox: one row a person, written in the transaction of the message it is about.

    ``due_at`` is empty when nothing is to be sent. While it is being sent it stands a little ahead, so
    that a process that dies loses nothing.
    """

    __tablename__ = "push_due"
    __table_args__ = (Index("ix_push_due_due_at", "due_at"),)

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False)
