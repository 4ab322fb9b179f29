"""Shapes of the box that searches everywhere."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import AreaCode, Text

KINDS = ("home", "person", "helper", "task", "visit", "concern", "pairing", "duty_report")


class FindRequest(Schema):
    """The words, in the body and never in an address line."""

    query = Text(required=True, most=80)
    area_id = AreaCode(load_default=None, allow_none=True)


class FoundRow(Schema):
    """One thing: what to show of it, and for visits, tasks and people the home it is about."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    line = fields.String(required=True)
    word = fields.String(required=True, allow_none=True)
    day = fields.Date(required=True, allow_none=True)
    household_id = fields.UUID(required=True, allow_none=True)


class FoundGroup(Schema):
    """The first of one kind; ``more`` when there are others. A kind with nothing to show is not named."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    more = fields.Boolean(required=True)
    rows = fields.List(fields.Nested(FoundRow), required=True)


class FoundSchema(Schema):
    groups = fields.List(fields.Nested(FoundGroup), required=True)
