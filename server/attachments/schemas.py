"""Shapes of photos on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import Text, Whole

ENTITIES = ("visit", "concern", "patrol_finding", "patrol_step")


class UploadMeta(Schema):
    """What the phone declares of a file."""

    attachment_id = fields.UUID(required=True)
    entity_type = fields.String(required=True, validate=validate.OneOf(ENTITIES))
    entity_id = fields.UUID(required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    size = Whole(required=True, minimum=1, maximum=10 * 1024 * 1024)
    mime = Text(required=True, most=60)


class Received(Schema):
    """The file is there."""

    attachment_id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"enum": ["received"]})


class UploadState(Schema):
    """How far a photo is."""

    attachment_id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "received"]})
    offset = fields.Integer(required=True)
    size = fields.Integer(required=True)
