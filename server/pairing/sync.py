"""When what was agreed changes, the household's card on the phones is renewed."""

from __future__ import annotations

from server.kit.events import on
from server.pairing.service import AgreementChanged
from server.sync.changes import record_change


@on(AgreementChanged)
def renew_card(event: AgreementChanged) -> None:
    """The household's row goes out again to whoever holds it."""
    record_change(
        event.area_id,
        "household",
        event.household_id,
        household_id=event.household_id,
    )
