"""How each form is read: its validator, made from its definition, and which of its answers rest where.

A visit names its form and version, and is read by exactly that one as long as anybody holds a phone
that writes it. Answers a newer version adds are kept unread (PROTOCOL.md, M9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from server.kit.schemas import Text
from server.visits import definitions
from server.visits.compiled import loader
from server.visits.form import AttachmentRefSchema, VisitAmendSchema, VisitRecordSchema
from server.visits.questions import STATES, Form, Head, Question

COLUMNS = frozenset(
    {
        "household_id",
        "task_id",
        "visit_date",
        "mode",
        "purpose",
        "met",
        "next_action",
        "next_date",
        "duration_min",
        "evidence",
        "code_generation",
        "form",
        "form_version",
        "amends",
    }
)
"""Answers that are columns of their own; all others rest sealed together."""
_NO_ANSWER = frozenset({"household_id", "form", "form_version", "started_at"})

Load = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """One version of one form, ready to read what phones send."""

    form: Form
    record: Load
    amend: Load
    answers: tuple[str, ...]
    merged: frozenset[str]
    """Answers in which two corrections are compared one by one."""
    known: frozenset[str]

    def unknown(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Answers this server's form does not know."""
        return {name: value for name, value in said.items() if name not in self.known}


def _head(head: Head) -> fields.Field[Any]:
    signs = [one.id for one in head.signs]
    shape = Schema.from_dict(
        {
            "state": fields.String(required=True, validate=validate.OneOf(STATES)),
            "signs": fields.List(
                fields.String(validate=validate.OneOf(signs)),
                load_default=list,
                validate=validate.Length(max=len(signs)),
            ),
        },
        name=f"{head.id.title()}Head",
    )
    return fields.Nested(shape, load_default=None, allow_none=True)


def _question(question: Question) -> fields.Field[Any]:
    allowed = validate.OneOf([one.id for one in question.choices])
    if not question.choices:
        return Text(load_default=None, allow_none=True, most=500)
    if question.many:
        return fields.List(
            fields.String(validate=allowed),
            load_default=None,
            allow_none=True,
            validate=validate.Length(max=len(question.choices)),
        )
    return fields.String(load_default=None, allow_none=True, validate=allowed)


def schemas(form: Form) -> tuple[type[Schema], type[Schema]]:
    """The shapes of an entry and of its correction."""
    if form.id == "F1":
        return VisitRecordSchema, VisitAmendSchema
    own: dict[str, fields.Field[Any]] = {
        "form": fields.String(required=True, validate=validate.OneOf([form.id])),
        **{head.id: _head(head) for head in form.heads},
    }
    shared = VisitRecordSchema._declared_fields
    asked = {question.id for question in form.questions}
    own |= {one.id: _question(one) for one in form.questions if one.id not in shared}
    if form.only is not None:  # nobody else's pictures and words either
        for name in ("own", "signed"):
            own[name] = fields.String(
                load_default=None, allow_none=True, validate=validate.OneOf(())
            )
        own["attachments"] = fields.List(
            fields.Nested(AttachmentRefSchema), load_default=list, validate=validate.Length(max=0)
        )
    if form.consent is not None:
        for name in ("child_id", "consent_id"):
            own[name] = fields.UUID(load_default=None, allow_none=True)
    if "hazards" not in asked:  # not asked is no answer, and must not read as "nothing found"
        own["hazards"] = fields.List(
            fields.String(validate=validate.OneOf(())),
            load_default=None,
            allow_none=True,
            validate=validate.Length(max=0),
        )
    record = type(f"{form.id}V{form.version}Schema", (VisitRecordSchema,), dict(own))
    amend = type(f"{form.id}V{form.version}AmendSchema", (VisitAmendSchema,), dict(own))
    return record, amend


@cache
def reading(form: Form) -> Reading:
    """How one version of a form is read."""
    record, amend = schemas(form)
    names = tuple(record().fields)
    return Reading(
        form,
        loader(record()),
        loader(amend()),
        tuple(name for name in names if name not in COLUMNS),
        frozenset(names) - _NO_ANSWER,
        frozenset(amend().fields),
    )


def of(payload: Mapping[str, Any]) -> Reading:
    """How to read this payload. One of no known form is read as F1, which refuses its name."""
    found = definitions.find(payload.get("form"), payload.get("form_version"))
    return reading(definitions.F1 if found is None else found)


def unsaid_stands(payload: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A correction in which what its phone could not show again stays as it was.

    Sensitive answers, and those to the committee's own questions, are not shown to who corrects a
    visit; what they did not give anew is null.
    """
    again = {
        name: before[name]
        for name in of(payload).form.sensitive | {"own"}
        if payload.get(name) is None and before.get(name) is not None
    }
    return {**payload, **again} if again else payload
