"""Shapes of divisions on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields


class AreaSchema(Schema):
    """One division."""

    id = fields.String(required=True, metadata={"description": "statistical code, natural length"})
    name = fields.String(required=True)
    level = fields.Integer(required=True)
    kind = fields.String(required=True)
    phone = fields.String(allow_none=True)


class AreaQuery(Schema):
    """Which children to list."""

    parent_id = fields.String(load_default=None)
    with_hidden = fields.Boolean(load_default=False)
