"""Shapes of door codes on the wire; a token or a short code never appears in one."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.kit.schemas import Text


class AreaOfDoorsQuery(Schema):
    """Whose doors."""

    area_id = Text(required=True, least=12, most=12)


class DoorSchema(Schema):
    """One door and its newest code."""

    household_id = fields.UUID(required=True)
    door = fields.String(required=True)
    generation = fields.Integer(
        required=True, metadata={"description": "0 when the door has no code yet"}
    )
    state = fields.String(required=True, metadata={"description": "none, current or stolen"})
    printed_at = fields.AwareDateTime(format="iso", allow_none=True)


class DoorGroupSchema(Schema):
    """The doors of one building and unit, as they come on a sheet."""

    group = fields.String(required=True)
    doors = fields.List(fields.Nested(DoorSchema), required=True)


class SheetSchema(Schema):
    """One order of stickers."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)


class DoorsSchema(Schema):
    """The committee's doors and what was printed last."""

    groups = fields.List(fields.Nested(DoorGroupSchema), required=True)
    sheets = fields.List(fields.Nested(SheetSchema), required=True)


class MakeSheetSchema(Schema):
    """Which doors get a new code: groups, single doors, or (both empty) all without one."""

    area_id = Text(required=True, least=12, most=12)
    groups = fields.List(Text(most=40), load_default=list)
    household_ids = fields.List(fields.UUID(), load_default=list)
    reprint = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class StolenSchema(Schema):
    """How many codes are dead now."""

    ended = fields.Integer(required=True)
