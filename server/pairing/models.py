"""A pairing of a helper with a household (form F10), and the days helpers are free."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit import clock
from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped


class Pairing(Identified, AreaScoped, Timestamped, Base):
    """One helper and one household, from a day to a day.

    ``agreed`` are the sentences the volunteer's card shows; they describe a home, so they rest sealed.
    ``end_on`` is the last day it holds. Ended by hand, ``ended_at`` is the moment it stopped and
    ``end_reason`` says why.

    It holds once both sides have said yes: the home (``home_agreed_on``, ``home_agreed_how``: see
    :data:`server.pairing.terms.HOW_HOME`) and the helper (``helper_agreed_at``; ``how`` is ``phone``,
    ``told``, or ``earlier`` for what was paired before consent was asked of both). ``deputy_id`` is who
    is asked first when the helper is away; ``follows_id`` the pairing this one takes over.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        Index("ix_pairing_area_id_household_id", "area_id", "household_id"),
        Index("ix_pairing_area_id_helper_id", "area_id", "helper_id"),
    )

    household_id: Mapped[uuid.UUID] = mapped_column(index=True)
    helper_id: Mapped[uuid.UUID] = mapped_column(index=True)
    help_mode: Mapped[str] = mapped_column(String(24), default="paired_help")
    content: Mapped[list[str]] = mapped_column(Json)
    frequency: Mapped[str] = mapped_column(String(16))
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    review_on: Mapped[date]
    phones_shared: Mapped[bool] = mapped_column(default=False)
    agreed_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    agreed_text = sealed_text("agreed_box")
    created_by: Mapped[uuid.UUID]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))
    home_agreed_on: Mapped[date | None]
    home_agreed_how: Mapped[str | None] = mapped_column(String(12))
    helper_agreed_at: Mapped[datetime | None]
    helper_agreed_how: Mapped[str | None] = mapped_column(String(12))
    helper_declined_at: Mapped[datetime | None]
    deputy_id: Mapped[uuid.UUID | None]
    follows_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def agreed_by_both(self) -> bool:
        """Whether the home and the helper have said yes."""
        return self.home_agreed_on is not None and self.helper_agreed_at is not None

    @property
    def agreed(self) -> list[str]:
        """The agreed sentences, in the order they were said."""
        said: list[str] = json.loads(self.agreed_text) if self.agreed_text else []
        return said

    @agreed.setter
    def agreed(self, sentences: list[str]) -> None:
        kept = [sentence for sentence in sentences if sentence]
        self.agreed_text = json.dumps(kept, ensure_ascii=False) if kept else None

    def is_over(self, moment: datetime) -> bool:
        """Whether it no longer holds at a moment."""
        if self.ended_at is not None:
            return self.ended_at <= moment
        return self.end_on is not None and self.end_on < moment.astimezone(clock.SHANGHAI).date()


class StandIn(Identified, AreaScoped, Timestamped, Base):
    """Somebody who goes in the helper's place from a day to a day, once they said yes."""

    __tablename__ = "pairing_stand_in"
    __table_args__ = (Index("ix_pairing_stand_in_area_id_user_id", "area_id", "user_id"),)

    pairing_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("pairing.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[uuid.UUID]
    from_on: Mapped[date]
    to_on: Mapped[date]
    agreed_at: Mapped[datetime | None]
    agreed_how: Mapped[str | None] = mapped_column(String(12))
    declined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_by: Mapped[uuid.UUID]


class HelperDays(AreaScoped, Timestamped, Base):
    """On which weekdays a helper said they are free (1 Monday to 7), for one committee."""

    __tablename__ = "helper_days"

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    weekdays: Mapped[list[int]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(String(40), default="")
