"""Shapes of lists taken out and of kept filters."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import AreaCode, Text
from server.lists.models import FORMS, STATES, XLSX
from server.lists.papers import PAPERS

PAPER = validate.OneOf(sorted(PAPERS))


class ExportRequest(Schema):
    """Which list with which of its own filters, what for and for whom."""

    paper = fields.String(required=True, validate=PAPER)
    form = fields.String(
        load_default=XLSX,
        validate=validate.OneOf(FORMS),
        metadata={"description": "a workbook, or a sheet to print"},
    )
    area_id = AreaCode(required=True)
    filters = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    purpose = Text(required=True, least=2, most=80)
    receiver = Text(required=True, least=1, most=40)


class ExportSchema(Schema):
    """One list on its way out."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    paper = fields.String(required=True, validate=PAPER)
    form = fields.String(required=True, validate=validate.OneOf(FORMS))
    title = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    rows_total = fields.Integer(required=True)
    rows_done = fields.Integer(required=True)
    purpose = fields.String(required=True)
    receiver = fields.String(required=True)
    who = fields.String(required=True)
    approved_by = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    taken = fields.Integer(required=True)


class ExportPage(Schema):
    """One's own, newest first, and those of others that wait for one's word."""

    exports = fields.List(fields.Nested(ExportSchema), required=True)
    waiting = fields.List(fields.Nested(ExportSchema), required=True)


class FilterQuery(Schema):
    """Which list of which committee; all of one's own when none is named."""

    paper = fields.String(load_default=None, validate=PAPER)
    area_id = AreaCode(load_default=None)


class FilterCreate(Schema):
    """A filter under a name; ``shared`` with the committee, ``first`` to open the list with it."""

    paper = fields.String(required=True, validate=PAPER)
    area_id = AreaCode(required=True)
    name = Text(required=True, least=1, most=40)
    filters = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    shared = fields.Boolean(load_default=False)
    first = fields.Boolean(load_default=False)


class FilterChange(Schema):
    """What changes of a filter of one's own."""

    name = Text(least=1, most=40)
    shared = fields.Boolean()
    first = fields.Boolean()


class FilterSchema(Schema):
    """A kept filter; ``own``: the reader keeps it and may change it."""

    id = fields.UUID(required=True)
    paper = fields.String(required=True, validate=PAPER)
    name = fields.String(required=True)
    filters = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    shared = fields.Boolean(required=True)
    first = fields.Boolean(required=True)
    own = fields.Boolean(required=True)
    by = fields.String(required=True)
