"""A committee's own questions on the phones of its people: what is asked, and which version."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from server.access.disclosure import declare, disclose
from server.sync.handlers import Reader, pull_source
from server.visits.own_questions import repository
from server.visits.own_questions.models import CURRENT
from server.visits.own_questions.service import ENTITY

declare(
    ENTITY,
    "phone",
    ("id", "area_id", "version", "asked", "title", "forms", "purposes", "xform"),
)


@pull_source(ENTITY)
def own_question_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The version asked now and those before it that a begun form may still be of."""
    return {
        str(row.id): disclose(
            ENTITY,
            "phone",
            {
                "id": str(row.id),
                "area_id": row.area_id,
                "version": row.version,
                "asked": row.state == CURRENT,
                "title": row.title,
                "forms": row.forms,
                "purposes": row.purposes,
                "xform": row.xform,
            },
        )
        for row in repository.on_phones([uuid.UUID(one) for one in ids])
    }
