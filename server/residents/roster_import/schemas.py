"""Shapes of a roster import on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import PageInfo, PageQuery, Text
from server.residents.schemas import AreaChoice


class RosterUpload(AreaChoice):
    """Beside the file: the day ages are counted at, and the committee where there are several."""

    reference_date = fields.Date(load_default=None, allow_none=True)


class RosterFile(Schema):
    """The workbook or text file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class RosterColumn(Schema):
    index = fields.Integer(required=True)
    header = fields.String(required=True)
    field = fields.String(required=True)


class RosterSheet(Schema):
    name = fields.String(required=True)
    header_row = fields.Integer(required=True)
    columns = fields.List(fields.Nested(RosterColumn), required=True)


class RosterNotice(Schema):
    """Something true of the whole file: hidden columns, links, formulas, words not known."""

    code = fields.String(required=True)
    names = fields.List(fields.String(), required=True)


class RosterCounts(Schema):
    accept = fields.Integer(required=True)
    repair = fields.Integer(required=True)
    reject = fields.Integer(required=True)
    skip = fields.Integer(required=True)


class RosterUndone(Schema):
    removed = fields.Integer(required=True)
    restored = fields.Integer(required=True)
    kept = fields.Integer(required=True)


def _tally() -> fields.Dict:
    """How often each code occurs."""
    return fields.Dict(required=True, keys=fields.String(), values=fields.Integer())


class RosterSummary(Schema):
    """Counts of the preview and of the difference to the register."""

    rows = fields.Nested(RosterCounts, required=True)
    people = fields.Integer(required=True)
    households = fields.Integer(required=True)
    repairs = _tally()
    rejects = _tally()
    warnings = _tally()
    new_people = fields.Integer(required=True)
    changed_people = fields.Integer(required=True)
    unchanged_people = fields.Integer(required=True)
    new_households = fields.Integer(required=True)
    changed_households = fields.Integer(required=True)
    missing_people = fields.Integer(required=True)
    kind = fields.String(required=True)
    sheets = fields.List(fields.Nested(RosterSheet), required=True)
    ignored_sheets = fields.List(fields.String(), required=True)
    notices = fields.List(fields.Nested(RosterNotice), required=True)
    undone = fields.Nested(RosterUndone)


class RosterImportSchema(Schema):
    """One import: reading, preview, refused, failed, stored, undone or discarded."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    file_name = fields.String(required=True)
    as_of = fields.Date(required=True)
    state = fields.String(required=True)
    rows_done = fields.Integer(required=True)
    rows_total = fields.Integer(required=True)
    refusal = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    message_en = fields.String(required=True, allow_none=True)
    summary = fields.Nested(RosterSummary, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    stored_at = fields.AwareDateTime(required=True, allow_none=True)
    undo_until = fields.AwareDateTime(required=True, allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    can_undo = fields.Boolean(required=True)


class RosterRowsQuery(PageQuery):
    """Which rows of the preview."""

    action = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(("accept", "repair", "reject", "skip")),
    )
    difference = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(("new", "changed", "unchanged")),
    )
    code = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[a-z0-9_]{1,40}\Z")
    )
    query = Text(load_default="", most=40)


class RosterFieldChange(Schema):
    code = fields.String()
    field = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class RosterPerson(Schema):
    name = fields.String(required=True)
    relation = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True)
    id_number_masked = fields.String(required=True, allow_none=True)
    phone_masked = fields.String(required=True, allow_none=True)


class RosterRowSchema(Schema):
    """One row: its verdict, each change from what to what, and what differs from the register."""

    id = fields.UUID(required=True)
    row = fields.Integer(required=True)
    sheet = fields.String(required=True)
    action = fields.String(required=True)
    difference = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)
    repairs = fields.List(fields.String(), required=True)
    warnings = fields.List(fields.String(), required=True)
    changes = fields.List(fields.Nested(RosterFieldChange), required=True)
    differences = fields.List(fields.Nested(RosterFieldChange), required=True)
    duplicate_of_row = fields.Integer(required=True, allow_none=True)
    duplicate_of_sheet = fields.String(required=True, allow_none=True)
    suspect = fields.String(required=True)
    people = fields.List(fields.Nested(RosterPerson), required=True)


class RosterRowPage(PageInfo):
    rows = fields.List(fields.Nested(RosterRowSchema), required=True)


class RosterMissing(Schema):
    name = fields.String(required=True)
    address = fields.String(required=True)


class RosterMissingPage(PageInfo):
    rows = fields.List(fields.Nested(RosterMissing), required=True)
