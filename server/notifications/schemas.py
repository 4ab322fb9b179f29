"""Shapes of messages on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import PageInfo, Whole
from server.notifications.words import FACTS, THINGS

MOST_SEEN = 500


class MessageSchema(Schema):
    """One message; the reader's screen makes the sentence."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    code = fields.String(required=True, validate=validate.OneOf(sorted(FACTS)))
    thing = fields.String(required=True, validate=validate.OneOf(THINGS))
    thing_id = fields.UUID(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)
    urgent = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class MessagePage(PageInfo):
    """One's messages, newest first."""

    unread = fields.Integer(required=True)
    rows = fields.List(fields.Nested(MessageSchema), required=True)


class Seen(Schema):
    """A message as it was when it was seen."""

    id = fields.UUID(required=True)
    version = Whole(required=True, minimum=1)


class ReadRequest(Schema):
    """What somebody has seen."""

    messages = fields.List(
        fields.Nested(Seen), required=True, validate=validate.Length(1, MOST_SEEN)
    )


class ReadAnswer(Schema):
    """How many are left unread."""

    unread = fields.Integer(required=True)
