"""Which answers of a recorded visit who may read; whatever shows answers goes through here (S23).

What a form's definition calls sensitive is in the committee's view alone: a volunteer's own rows
(own.py) hold no answers at all.
"""

from __future__ import annotations

from typing import Any

import orjson

from server.access.disclosure import declare, disclose
from server.visits import readings
from server.visits.definitions import FORMS
from server.visits.models import Visit

_EVERY = frozenset(name for form in FORMS for name in readings.reading(form).answers)

COMMITTEE = "committee"
declare("visit_answers", COMMITTEE, _EVERY | {"extra"})


def answers(visit: Visit) -> dict[str, Any]:
    """The sealed answers of a version, as far as the committee may read them."""
    return disclose("visit_answers", COMMITTEE, orjson.loads(visit.answers))
