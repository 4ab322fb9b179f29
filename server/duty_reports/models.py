"""Reports of what had to be reported at once; everything but the committee and the times rests sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified


class DutyReport(Identified, AreaScoped, Base):
    """One report.

    ``said`` holds who reported, about which home, whom they called and what was done. The row has
    an id of its own, so that neither the audit nor the ledger of mutations leads to its reporter.
    """

    __tablename__ = "duty_report"
    __table_args__ = (Index("ix_duty_report_area_id_received_at", "area_id", "received_at"),)

    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_text("said_box")
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[uuid.UUID | None]
