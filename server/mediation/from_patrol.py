"""A quarrel that a patrol found and a person handed over becomes a case, in the same unit of work."""

from __future__ import annotations

from server.access.actor import Actor
from server.kit.events import on
from server.mediation import opening
from server.mediation.words import DISPUTE_TYPES, SOURCES
from server.patrols import service as patrols
from server.patrols.events import FindingToMediation

_COUNTED_AS = {"farmland_contract": "forest_land"}
"""What the notice names beside the official list, and what 司法所 counts it as (domain.md 1.4)."""
_SEX = {"m": "male", "f": "female"}


@on(FindingToMediation)
def take_over(event: FindingToMediation) -> None:
    """Facts and parties go along; who asks and who answers the mediators find out. Raises HandedInAlready."""
    found = patrols.handed_over(event.finding_id)
    what = _COUNTED_AS.get(found["type"], found["type"])
    source = found["source"] if found["source"] in SOURCES else "by_committee"
    opening.open_case(
        Actor(event.by),
        source="patrol_finding",
        source_id=event.finding_id,
        area_id=event.area_id,
        dispute_type=what if what in DISPUTE_TYPES else "other",
        dispute_level=found["level"] or "general",
        channel="by_party" if source == "by_party" else "by_committee",
        title=found["place"] or "",
        summary="\n".join(filter(None, (found["summary"], found["cause"]))),
        claims=found["demand"] or "",
        parties=[
            {
                "side": "applicant" if at == 0 else "respondent",
                "name": one.get("name") or "",
                "sex": _SEX.get(one.get("sex") or ""),
                "age": one.get("age"),
                "contact": one.get("phone") or "",
                "address": one.get("address") or "",
            }
            for at, one in enumerate(found["parties"])
        ],
    )
