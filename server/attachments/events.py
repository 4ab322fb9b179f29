"""What photos tell upward."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class PhotoReceived:
    """A photo of an entity is here as a picture of our own making."""

    attachment_id: uuid.UUID
    entity_type: str
    entity_id: uuid.UUID
    user_id: uuid.UUID


@dataclass(frozen=True)
class PhotoRefused:
    """A photo came whole and is none we can take; its phone has been told."""

    attachment_id: uuid.UUID
    entity_type: str
    entity_id: uuid.UUID
    user_id: uuid.UUID


@dataclass(frozen=True)
class PhotoGivenUp:
    """A photo of which only a part came within thirty days; the part is deleted."""

    attachment_id: uuid.UUID
    entity_type: str
    entity_id: uuid.UUID
    user_id: uuid.UUID
    device_id: uuid.UUID
    received: int
    size: int
