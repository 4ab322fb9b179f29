"""Shapes of the statistics of disputes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit import clock
from server.kit.schemas import AreaCode
from server.reports.disputes.figures import COUNTS

_MONTH = r"20\d\d-(0[1-9]|1[0-2])"
PERIOD = rf"({_MONTH}(\.\.{_MONTH})?|20\d\d(-Q[1-4]|-H[12])?)\Z"


class DisputesQuery(Schema):
    """Of which area and period; ``mine``: one's own cases alone."""

    area_id = AreaCode(required=True)
    period = fields.String(
        load_default=lambda: str(clock.today().year),
        validate=validate.Regexp(PERIOD, error="没有这个时间段。"),
    )
    mine = fields.Boolean(load_default=False)


class DisputesCell(DisputesQuery):
    """One figure."""

    group = fields.String(
        required=True, validate=validate.OneOf(["all", "type", "level", "source"])
    )
    key = fields.String(required=True, validate=validate.Length(1, 24))
    figure = fields.String(required=True, validate=validate.OneOf(COUNTS))


class DisputesRow(Schema):
    """One line; figures are empty where they are kept back."""

    group = fields.String(required=True)
    key = fields.String(required=True)
    label = fields.String(required=True)
    shown = fields.Boolean(required=True)
    amount = fields.Float(required=True, allow_none=True)
    accepted = fields.Integer(required=True, allow_none=True)
    succeeded = fields.Integer(required=True, allow_none=True)
    written = fields.Integer(required=True, allow_none=True)
    oral = fields.Integer(required=True, allow_none=True)
    failed = fields.Integer(required=True, allow_none=True)
    performed = fields.Integer(required=True, allow_none=True)
    followed_up = fields.Integer(required=True, allow_none=True)
    prevented = fields.Integer(required=True, allow_none=True)


class DisputesSchema(Schema):
    """The table of a period."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    period = fields.String(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    until = fields.Date(required=True)
    exact = fields.Boolean(required=True)
    mine = fields.Boolean(required=True)
    as_of = fields.DateTime(required=True)
    rows = fields.List(fields.Nested(DisputesRow), required=True)


class DisputesCase(Schema):
    """A case behind a figure, for who is behind its wall."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    dispute_type = fields.String(required=True)
    status = fields.String(required=True)
    applied_on = fields.Date(required=True)


class DisputesCases(Schema):
    """The cases behind a figure; ``whole``: all of them, not only one's own."""

    whole = fields.Boolean(required=True)
    cases = fields.List(fields.Nested(DisputesCase), required=True)
