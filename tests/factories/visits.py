"""Recorded visits, as the form on a phone writes them."""

from __future__ import annotations

import uuid
from typing import Any

from server.kit import clock

ANSWERS: dict[str, Any] = {
    "mode": "door",
    "purpose": "routine",
    "met": "met",
    "people_met": [],
    "family_changes": None,
    "needs": ["代买药"],
    "hazards": ["gas"],
    "policies_told": ["高龄津贴"],
    "items_given": [{"name": "大米", "qty": 1, "unit": "袋"}],
    "opinion": "楼道灯坏了",
    "next_action": "none",
    "next_date": None,
    "duration_min": 20,
    "filled_for": None,
    "evidence": "qr",
    "code_generation": 1,
    "attachments": [],
    "form": "F1",
    "form_version": 1,
}

HEADS: dict[str, Any] = {
    "health": {"state": "watch", "signs": ["eating", "medicine"]},
    "mind": {"state": "well", "signs": []},
    "safety": {"state": "watch", "signs": ["water"]},
    "hygiene": {"state": "well", "signs": []},
    "living": {"state": "well", "signs": []},
}


def f1(household_id: uuid.UUID, **more: Any) -> dict[str, Any]:
    """Form F1 filled in."""
    return {
        "household_id": str(household_id),
        "task_id": None,
        "visit_date": clock.today().isoformat(),
        **ANSWERS,
        **more,
    }


CHILD: dict[str, Any] = {
    "guardianship": "weak",
    "school": "absent",
    "child_health": "watch",
    "contact_with_parents": "rare",
    "harm_sign": "suspected",
    "guardian": None,
    "entrusted_carer": None,
    "support": ["company"],
}


def f2c(household_id: uuid.UUID, **more: Any) -> dict[str, Any]:
    """Form F2c filled in by a children's director."""
    return f1(household_id, **{"form": "F2c", "hazards": None, **CHILD, **more})


def f2(household_id: uuid.UUID, **more: Any) -> dict[str, Any]:
    """Form F2 filled in at an elder's door: health and safety to keep an eye on."""
    return f1(household_id, **{"form": "F2", "hazards": None, **HEADS, **more})
