"""Shapes of a household's timeline on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import Text, Whole

SOURCES = (
    "visit", "task", "pairing", "concern", "care", "level", "code", "import", "change", "undone",
)  # fmt: skip


class TimelineQuery(Schema):
    """Which page: what came before the end of the last one."""

    before = Text(load_default=None, allow_none=True, most=80)
    most = Whole(load_default=50, minimum=1, maximum=200)


class TimelineEntry(Schema):
    """One thing that happened; ``seen`` says who may know of it: ``home`` or only ``us``."""

    id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    what = fields.String(required=True)
    who = fields.String(required=True, allow_none=True)
    other = fields.String(required=True, allow_none=True)
    about = fields.String(required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    seen = fields.String(required=True, validate=validate.OneOf(("home", "us")))


class TimelineSchema(Schema):
    household_id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    entries = fields.List(fields.Nested(TimelineEntry), required=True)
    before = fields.String(required=True, allow_none=True)
