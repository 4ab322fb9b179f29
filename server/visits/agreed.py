"""The gate of child forms: whether somebody had agreed when one was recorded (domain.md 5, rows 3, 4 and 16).

What was recorded is never lost. With a consent that stood it counts; where that was taken back
before the form arrived, or somebody was in danger, it counts and a person looks at it; where there
was none it waits for the committee, whole and sealed, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.consents import service as consents
from server.consents.service import STANDS, WITHDRAWN_SINCE, Named
from server.visits.questions import Form

NONE, URGENT, WITHDRAWN = "no_consent", "consent_urgent", "consent_withdrawn"
FLAGS = (NONE, URGENT, WITHDRAWN)
Recorded = tuple[Form, Mapping[str, Any], datetime]


def asks(form: Form) -> bool:
    """Whether a form is one of those for which somebody must have agreed, in whichever version."""
    return form.only is not None


def urgent(said: Mapping[str, Any]) -> bool:
    """Whether the form itself says that it could not wait: a sign of harm, or help at once (PIPL 13-4, 18)."""
    return (
        said.get("harm_sign") in ("suspected", "found")
        or said["next_action"] == "escalate"
        or said["purpose"] == "emergency"
    )


def names_another(said: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a correction names another child or consent than the version before it."""
    return any(
        str(said.get(name) or "") != str(before.get(name) or "")
        for name in ("child_id", "consent_id")
    )


def looked_at(recorded: Sequence[Recorded]) -> list[tuple[str | None, str | None]]:
    """For each form its flag, and why it cannot count yet where there was no consent.

    A version that could not name a consent counts with a flag: phones hold it that know no other.
    """
    by_purpose: dict[str, list[int]] = {}
    for index, (form, _, _) in enumerate(recorded):
        if form.consent is not None:
            by_purpose.setdefault(form.consent, []).append(index)
    stood: dict[int, str] = {}
    for purpose, places in by_purpose.items():
        named = [
            Named(said["consent_id"], said["child_id"], said["household_id"], at)
            for _, said, at in (recorded[i] for i in places)
        ]
        stood |= dict(zip(places, consents.stood(purpose, named), strict=True))
    return [_of(stood.get(index), said) for index, (_, said, _) in enumerate(recorded)]


def _of(stood: str | None, said: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if stood == STANDS:
        return None, None
    if stood == WITHDRAWN_SINCE:
        return WITHDRAWN, None
    if urgent(said):
        return URGENT, None
    return (NONE, None) if stood is None else (None, stood)
