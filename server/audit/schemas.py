"""Shapes of audit rows on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.kit.schemas import Whole


class AuditQuery(Schema):
    """Which page of the audit."""

    before = fields.UUID(load_default=None)
    limit = Whole(load_default=100, minimum=1, maximum=500)


class AuditEntrySchema(Schema):
    """One act: ids only."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    seq = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    device_id = fields.UUID(required=True, allow_none=True)
    action = fields.String(required=True)
    subjects = fields.List(fields.String(), required=True)
    why = fields.String(required=True, allow_none=True)
