"""Shapes of a note of help; it has no field for a case, a category or a reason."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.kit.schemas import Text


class AssistCreate(Schema):
    """Somebody asked for help, was given some, or both."""

    resident_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    asked = Text(load_default="", most=200)
    given = Text(load_default="", most=200)


class AssistSchema(Schema):
    """One note, for the committee's named contact alone."""

    id = fields.UUID(required=True)
    on = fields.Date(required=True)
    asked = fields.String(required=True)
    given = fields.String(required=True)
    by_name = fields.String(required=True)


class AssistedSchema(Schema):
    """A person of whom help is noted, and the notes, the newest first."""

    resident_id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    notes = fields.List(fields.Nested(AssistSchema), required=True)
