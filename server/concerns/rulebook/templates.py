"""A committee's ready sentences: added, changed, retired by those who answer with them."""

from __future__ import annotations

import uuid

from server.access.actor import Actor
from server.concerns.rulebook.models import ConcernTemplate
from server.concerns.rulebook.repository import templates
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound


def listed(actor: Actor, area_id: str) -> list[ConcernTemplate]:
    """A committee's sentences, the oldest first."""
    found = templates.of(actor, area_id)
    touched(*(row.id for row in found), area_id=area_id)
    return found


def add(actor: Actor, *, area_id: str, category: str | None, text: str) -> ConcernTemplate:
    """Keep a sentence. Raises NotFound."""
    if not actor.may("concerns.handle", area_id):
        raise NotFound()
    row = ConcernTemplate(area_id=area_id, category=category, text=text, made_by=actor.me)
    templates.add(row)
    db.session.flush()
    touched(row.id, area_id=area_id)
    return row


def change(
    actor: Actor, template_id: uuid.UUID, *, category: str | None, text: str
) -> ConcernTemplate:
    """Change a sentence; answers that were sent stay as they are. Raises NotFound."""
    row = _live(actor, template_id)
    row.category, row.text = category, text
    return row


def retire(actor: Actor, template_id: uuid.UUID) -> None:
    """Offer a sentence no more. Raises NotFound."""
    _live(actor, template_id).retired_at = clock.now()


def _live(actor: Actor, template_id: uuid.UUID) -> ConcernTemplate:
    row: ConcernTemplate = templates.get(actor, template_id)
    if row.retired_at is not None:
        raise NotFound()
    touched(row.id, area_id=row.area_id)
    return row
