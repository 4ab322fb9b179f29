"""Shapes of numbers over several features."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.reports.statement import FIGURES
from server.residents.schemas import AreaChoice


class WaitingSchema(Schema):
    """How much waits; null for what the person may not read."""

    tasks = fields.Integer(required=True, allow_none=True)
    concerns = fields.Integer(required=True, allow_none=True)
    attention = fields.Integer(required=True, allow_none=True)
    messages = fields.Integer(required=True)
    duty_reports = fields.Integer(required=True, allow_none=True)
    patrols = fields.Integer(required=True, allow_none=True)


class MonthQuery(AreaChoice):
    """Which committee and month; the present month when none is named."""

    month = fields.String(
        load_default=None, validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z")
    )


class EntriesQuery(MonthQuery):
    """Which figure."""

    figure = fields.String(load_default="received", validate=validate.OneOf(FIGURES))


class SilentPhone(Schema):
    device_id = fields.UUID(required=True)
    heard_at = fields.AwareDateTime(required=True)
    missing = fields.Integer(required=True)


class StatementSchema(Schema):
    """The figures; what each means stands in server/reports/statement.py."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    month = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True)
    recorded = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    received = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    visits = fields.Integer(required=True)
    corrections = fields.Integer(required=True)
    others = fields.Integer(required=True)
    again = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    aside = fields.Integer(required=True)
    unclear = fields.Integer(required=True)
    phones = fields.Integer(required=True)
    silent = fields.List(fields.Nested(SilentPhone), required=True)


class StatementEntry(Schema):
    """One entry; ``door`` only for those who may see the visits of the committee."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    why = fields.String(required=True, allow_none=True)
    door = fields.String(required=True, allow_none=True)


class StatementEntries(Schema):
    """The entries behind a figure, the oldest first; at most five hundred are listed."""

    total = fields.Integer(required=True)
    entries = fields.List(fields.Nested(StatementEntry), required=True)


class MissingPhone(Schema):
    """A phone whose numbering shows that something never arrived."""

    device_id = fields.UUID(required=True)
    name = fields.String(required=True)
    missing = fields.Integer(required=True)
