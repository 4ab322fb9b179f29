"""Shapes of a committee's own questions on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.residents.schemas import AreaChoice
from server.visits.form import PURPOSES
from server.visits.own_questions.definition import KINDS
from server.visits.own_questions.models import CURRENT, DRAFT, REPLACED, WITHDRAWN

FORMS = ("F1", "F2")


class QuestionsFile(Schema):
    """The XLSForm workbook."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class QuestionsPlace(AreaChoice):
    """Of which committee."""


class SheetProblem(Schema):
    """One thing about one cell; ``grave`` ones stop the sheet."""

    code = fields.String(required=True)
    sheet = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True)
    column = fields.String(required=True)
    about = fields.String(required=True)
    grave = fields.Boolean(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class QuestionsUploaded(Schema):
    """What was made of a workbook: a draft, or only problems."""

    id = fields.UUID(required=True, allow_none=True)
    problems = fields.List(fields.Nested(SheetProblem), required=True)


class VisitsCounted(Schema):
    """Visits of the last thirty days."""

    form = fields.String(required=True)
    purpose = fields.String(required=True)
    n = fields.Integer(required=True)


class QuestionsLine(Schema):
    """One version in the history."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    state = fields.String(
        required=True, validate=validate.OneOf([DRAFT, CURRENT, REPLACED, WITHDRAWN])
    )
    title = fields.String(required=True)
    file_name = fields.String(required=True)
    forms = fields.List(fields.String(), required=True)
    purposes = fields.List(fields.String(), required=True)
    questions = fields.Integer(required=True)
    required = fields.Integer(required=True)
    seconds = fields.Integer(required=True)
    taps = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by_name = fields.String(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_by_name = fields.String(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_by_name = fields.String(required=True, allow_none=True)


class QuestionsHistory(Schema):
    """All versions of a committee, newest first."""

    area_id = fields.String(required=True)
    versions = fields.List(fields.Nested(QuestionsLine), required=True)
    visits = fields.List(fields.Nested(VisitsCounted), required=True)
    most_required = fields.Integer(required=True)


class QuestionSchema(Schema):
    """One row of the sheet with what it costs when it is asked."""

    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    row = fields.Integer(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    required = fields.Boolean(required=True)
    conditional = fields.Boolean(required=True)
    seconds = fields.Integer(required=True)
    taps = fields.Integer(required=True)


class QuestionsDetail(QuestionsLine):
    """One version whole: the XForm the phones work with, its questions, what was noted of the sheet."""

    xform = fields.String(required=True)
    problems = fields.List(fields.Nested(SheetProblem), required=True)
    items = fields.List(fields.Nested(QuestionSchema), required=True)
    newly_required = fields.List(fields.String(), required=True)
    visits = fields.List(fields.Nested(VisitsCounted), required=True)


class QuestionsConfirmation(Schema):
    """At which visits it is asked (an empty list: all), and that the cost was seen."""

    forms = fields.List(
        fields.String(validate=validate.OneOf(FORMS)),
        load_default=list,
        validate=validate.Length(max=len(FORMS)),
    )
    purposes = fields.List(
        fields.String(validate=validate.OneOf(PURPOSES)),
        load_default=list,
        validate=validate.Length(max=len(PURPOSES)),
    )
    cost_seen = fields.Boolean(load_default=False)


class OwnAnswerLine(Schema):
    """One question of a committee's own and what was answered, in both languages."""

    name = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    said_zh = fields.String(required=True)
    said_en = fields.String(required=True)
