"""What every visit form has in common, as it arrives from a phone (domain.md names): form F1.

The other forms are made from it and their definition in readings.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from server.kit.schemas import Text, Whole
from server.visits import definitions
from server.visits.own_questions.answers import OwnAnswers

MODES = ("door", "phone", "video", "neighbour", "device")
PURPOSES = ("routine", "follow_up", "survey", "holiday", "weather", "emergency")
OUTCOMES = (
    "met",
    "family",
    "not_met",
    "refused",
    "hospitalised",
    "moved",
    "deceased",
    "other",
)
HAZARDS = tuple(one.id for one in definitions.HAZARDS)
NEXT_ACTIONS = tuple(one.id for one in definitions.NEXT)
EVIDENCE = ("qr", "qr_old", "short_code", "photo", "list")
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
MOST_EXTRA = 20
"""How many answers of a newer phone's form are kept unread."""


class Day(fields.Date):
    """A calendar day written ``2026-11-23``, within two centuries."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or len(value) != 10:
            raise ValidationError("请填日期。")
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= day <= LATEST:
            raise ValidationError("这个日期不对。")
        return day


def _words(most: int, each: int = 200) -> fields.List[Any]:
    return fields.List(Text(most=each), load_default=list, validate=validate.Length(max=most))


class ItemGivenSchema(Schema):
    """Something that was brought."""

    name = Text(required=True, most=60, least=1)
    qty = Whole(required=True, minimum=1, maximum=10_000)
    unit = Text(required=True, most=12)


class AttachmentRefSchema(Schema):
    """A photo that comes by itself."""

    attachment_id = fields.UUID(required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    size = Whole(required=True, minimum=1, maximum=10 * 1024 * 1024)
    mime = Text(required=True, most=60)


class VisitRecordSchema(Schema):
    """Form F1; answers a newer form adds are kept as they are.

    ``signed`` names the attachment that is somebody's signature, where there is one; none is needed.
    """

    class Meta:
        unknown = INCLUDE

    household_id = fields.UUID(required=True)
    task_id = fields.UUID(load_default=None, allow_none=True)
    visit_date = Day(required=True)
    started_at = Text(load_default=None, allow_none=True, most=40)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    met = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    people_met = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=30))
    family_changes = Text(load_default=None, allow_none=True, most=500)
    needs = _words(30)
    hazards = fields.List(
        fields.String(validate=validate.OneOf(HAZARDS)),
        load_default=list,
        validate=validate.Length(max=len(HAZARDS)),
    )
    policies_told = _words(30)
    items_given = fields.List(
        fields.Nested(ItemGivenSchema), load_default=list, validate=validate.Length(max=30)
    )
    opinion = Text(load_default=None, allow_none=True, most=2000)
    next_action = fields.String(required=True, validate=validate.OneOf(NEXT_ACTIONS))
    next_date = Day(load_default=None, allow_none=True)
    duration_min = Whole(load_default=None, allow_none=True, minimum=0, maximum=1440)
    filled_for = Text(load_default=None, allow_none=True, most=60)
    evidence = fields.String(required=True, validate=validate.OneOf(EVIDENCE))
    code_generation = Whole(load_default=None, allow_none=True, minimum=0, maximum=100_000)
    attachments = fields.List(
        fields.Nested(AttachmentRefSchema), load_default=list, validate=validate.Length(max=9)
    )
    signed = fields.UUID(load_default=None, allow_none=True)
    own = OwnAnswers(load_default=None, allow_none=True)
    form = fields.String(required=True, validate=validate.OneOf(["F1"]))
    form_version = Whole(required=True, minimum=1, maximum=1000)


class VisitAmendSchema(VisitRecordSchema):
    """A correction: which visit, and the whole form again."""

    amends = fields.UUID(required=True)
