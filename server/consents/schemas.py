"""Shapes of consents: as the desk and the phone write them, and as those read them who may."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.consents import texts
from server.kit.schemas import AreaCode, Text, Whole

METHODS = ("tap", "signature")
"""Said and tapped on the screen, or signed on the printed sheet; only what really happened here can be chosen."""
GIVERS = ("guardian", "child")
STATES = ("given", "renew", "withdrawn", "none")


class GuardianSchema(Schema):
    """Who speaks for the child."""

    name = Text(required=True, least=1, most=60)
    relation = Text(required=True, least=1, most=24)
    phone = Text(load_default="", most=20)


class GuardianShown(Schema):
    """Who spoke for the child; the number only so far that one knows which it is."""

    name = fields.String(required=True)
    relation = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)


class ConsentGive(Schema):
    """A yes to one purpose."""

    purpose = fields.String(required=True, validate=validate.OneOf(texts.PURPOSES))
    text_version = Whole(required=True, minimum=1, maximum=1000)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    given_by = fields.String(required=True, validate=validate.OneOf(GIVERS))
    guardian = fields.Nested(GuardianSchema, load_default=None, allow_none=True)
    parents_told = fields.Boolean(load_default=False)
    cannot_say = fields.Boolean(load_default=False)


class ConsentAtTheDoor(ConsentGive):
    """The same, from a phone; the consent's own id is the entry's."""

    household_id = fields.UUID(required=True)
    resident_id = fields.UUID(required=True)


class ConsentEnd(Schema):
    """It is taken back; nobody has to say why (PIPL 15)."""

    reason = Text(load_default="", most=300)


class ConsentEndAtTheDoor(ConsentEnd):
    """The same, from a phone."""

    household_id = fields.UUID(required=True)


class ChildrenQuery(Schema):
    """Whose children."""

    area_id = AreaCode(load_default=None)
    household_id = fields.UUID(load_default=None)


class ConsentStand(Schema):
    """How one purpose stands for one child."""

    purpose = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    consent_id = fields.UUID(required=True, allow_none=True)
    given_at = fields.AwareDateTime(required=True, allow_none=True)


class ConsentChild(Schema):
    """A child in the list."""

    resident_id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    age = fields.Integer(required=True, allow_none=True)
    speaks = fields.String(
        required=True,
        validate=validate.OneOf(GIVERS),
        metadata={"description": "whose word counts today"},
    )
    own_word_from = fields.Date(required=True, allow_none=True)
    purposes = fields.List(fields.Nested(ConsentStand), required=True)


class ConsentLine(Schema):
    """One consent, given or withdrawn."""

    id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    text_version = fields.Integer(required=True)
    data_kinds = fields.List(fields.String(), required=True)
    sensitive = fields.Boolean(required=True)
    method = fields.String(required=True)
    given_by = fields.String(required=True)
    parents_told = fields.Boolean(required=True)
    cannot_say = fields.Boolean(required=True)
    guardian = fields.Nested(GuardianShown, required=True, allow_none=True)
    given_at = fields.AwareDateTime(required=True)
    by_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("given", "renew", "withdrawn")))
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_to_name = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ConsentChildDetail(ConsentChild):
    """A child with every consent there ever was, the newest first."""

    history = fields.List(fields.Nested(ConsentLine), required=True)
