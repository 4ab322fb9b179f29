"""Shapes of a report as a phone sends it and as the two who may read it get it."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text

KINDS = ("minor", "violence", "crime", "other")
"""Whom the law makes one report: a minor in danger, violence against who cannot defend themselves, a dispute near a crime."""


class CallSchema(Schema):
    """A number that was called, and when by the phone's clock."""

    number = Text(required=True, least=1, most=20)
    at = Text(required=True, most=40)


class DutyReportRecord(Schema):
    """What happened; nothing of it has to be filled in."""

    class Meta:
        unknown = INCLUDE

    household_id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(KINDS))
    calls = fields.List(
        fields.Nested(CallSchema), load_default=list, validate=validate.Length(max=30)
    )
    done = Text(load_default=None, allow_none=True, most=2000)
    noticed_at = Text(load_default=None, allow_none=True, most=40)


class DutyReportQuery(PageQuery):
    """Which committee's reports; all of one's own when none is named."""

    area_id = AreaCode(load_default=None)


class DutyReportSchema(Schema):
    """One report, for the committee's head and its contact alone."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    reporter_name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    display_name = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    calls = fields.List(fields.Nested(CallSchema), required=True)
    done = fields.String(required=True, allow_none=True)
    unread = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "what was sent in a shape this server does not read, as text"},
    )
    noticed_at = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)
    seen_by_name = fields.String(required=True, allow_none=True)


class DutyReportPage(PageInfo):
    """A page of reports, newest first."""

    rows = fields.List(fields.Nested(DutyReportSchema), required=True)
