"""Need to know: named views of fields per permission and relation; what is not listed is neither dumped nor pulled.

Sensitivity of a fact (domain.md 1.1): 0 ordinary, 1 confidential by policy, 2 sensitive personal
information, 3 restricted. A volunteer's view never carries more than 0 and the agreed help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_VIEWS: dict[tuple[str, str], frozenset[str]] = {}


def declare(entity: str, view: str, fields: Iterable[str]) -> frozenset[str]:
    """Declare which fields a view of an entity holds; a second different declaration raises."""
    listed = frozenset(fields)
    known = _VIEWS.setdefault((entity, view), listed)
    if known != listed:
        raise RuntimeError(f"the view {view} of {entity} is declared twice")
    return listed


def fields_of(entity: str, view: str) -> frozenset[str]:
    """The fields of a declared view; an undeclared one raises."""
    return _VIEWS[(entity, view)]


def disclose(entity: str, view: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Only the listed fields of a row."""
    listed = fields_of(entity, view)
    return {name: value for name, value in row.items() if name in listed}


def mask_phone(phone: str | None) -> str | None:
    """``154****0001``; shorter numbers keep their last two digits."""
    if not phone:
        return None
    return (
        f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * (len(phone) - 2) + phone[-2:]
    )


def mask_id_number(number: str | None) -> str | None:
    """``14**********1013``, as domain.md section 5 row 12 writes it."""
    if not number:
        return None
    return number[:2] + "*" * max(len(number) - 6, 1) + number[-4:]
