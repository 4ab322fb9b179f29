"""Photos of hazards: one's own of a finding from the phone, one's own of a repair from the desk."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from server.attachments import service as attachments
from server.attachments.events import PhotoGivenUp, PhotoReceived
from server.kit.events import on
from server.patrols import history, repository
from server.sync import attention


def _of_finding(finding_id: uuid.UUID) -> attachments.Home | None:
    row = repository.finding(finding_id)
    return None if row is None else attachments.Home(row.area_id, row.found_by)


def _of_step(step_id: uuid.UUID) -> attachments.Home | None:
    row = repository.step(step_id)
    if row is None or row.who_id is None:
        return None
    return attachments.Home(row.area_id, row.who_id)


attachments.belongs(
    "patrol_finding",
    _of_finding,
    known=repository.there,
    waited_for=attention.waited_for,
)
attachments.belongs(
    "patrol_step", _of_step, known=repository.steps_there, waited_for=attention.waited_for
)


def of_finding(finding_id: uuid.UUID, found_by: uuid.UUID) -> list[uuid.UUID]:
    """Those that came from whoever found it; another person's sent ahead are not shown."""
    came = attachments.received("patrol_finding", [finding_id])
    return [photo.attachment_id for photo in came if photo.user_id == found_by]


def of_steps(steps: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Those of repairs, by step."""
    return attachments.ids_of("patrol_step", list(steps))


@on(PhotoReceived)
def show_it(event: PhotoReceived) -> None:
    """The committee's open pages look again."""
    row = repository.finding(event.entity_id) if event.entity_type == "patrol_finding" else None
    if row is not None:
        history.look_again(row)


@on(PhotoGivenUp)
def write_it_down(event: PhotoGivenUp) -> None:
    """A photo that never came whole leaves a line on its finding."""
    if event.entity_type == "patrol_finding":
        row = repository.finding(event.entity_id)
        if row is not None:
            history.write(row, "photo_given_up", who_id=event.user_id)
