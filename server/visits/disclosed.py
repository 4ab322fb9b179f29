"""Which answers of a recorded visit who may read; whatever shows answers goes through here (S23).

A volunteer's own rows (own.py) hold no answers at all. A form that names a permission (``only``) is
read with that permission and not otherwise: of such a visit others see that it took place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.visits import definitions, readings
from server.visits.definitions import FORMS
from server.visits.models import Visit
from server.visits.questions import Form

COMMITTEE = "committee"
_SHARED = frozenset(readings.reading(definitions.F1).answers)


def _names(*, only: str | None) -> frozenset[str]:
    forms = [form for form in FORMS if form.only == only]
    return frozenset(name for form in forms for name in readings.reading(form).answers)


declare("visit_answers", COMMITTEE, _names(only=None) | {"extra"})
declare("visit_answers", definitions.CHILD_CHECKS, _names(only=definitions.CHILD_CHECKS) | {"extra"})  # fmt: skip
_OF_FEW = _names(only=definitions.CHILD_CHECKS) - _names(only=None)


def may_read(actor: Actor, form: Form | None, area_id: str) -> bool:
    """Whether this person reads what a form of this kind says."""
    return form is None or form.only is None or actor.may(form.only, area_id)


def answers(actor: Actor, visit: Visit) -> dict[str, Any]:
    """The sealed answers of a version, as far as this person may read them."""
    form = definitions.find(visit.form, visit.form_version)
    if not may_read(actor, form, visit.area_id):
        return {}
    view = (form.only if form is not None else None) or COMMITTEE
    return disclose("visit_answers", view, orjson.loads(visit.answers))


def withheld(actor: Actor, area_id: str, payload: Mapping[str, Any] | None) -> bool:
    """Whether an entry, applied or not, says what this person may not read."""
    if payload is None:
        return False
    form = definitions.find(payload.get("form"), payload.get("form_version"))
    odd = not actor.may(definitions.CHILD_CHECKS, area_id) and not _OF_FEW.isdisjoint(payload)
    return odd or not may_read(actor, form, area_id)


def payload(actor: Actor, area_id: str, said: dict[str, Any] | None) -> dict[str, Any] | None:
    """An entry in the words of its form; of one that is withheld only when, where and how."""
    if said is None or not withheld(actor, area_id, said):
        return said
    return {name: value for name, value in said.items() if name in readings.COLUMNS}
