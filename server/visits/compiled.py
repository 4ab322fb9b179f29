"""A validator made from the marshmallow schema for the evening's hot path.

It answers only where it is sure, with exactly what the schema would load; everything else goes to
the schema itself, which alone refuses. tests/visits/test_compiled.py holds both to the same answers.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from marshmallow import INCLUDE, Schema, fields, missing, validate

from server.kit.ids import read_id
from server.kit.schemas import Text, Whole
from server.visits.form import EARLIEST, LATEST, Day
from server.visits.own_questions.answers import OwnAnswers, shaped


class _Unsure(Exception):
    """The schema must look at this one."""


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
Check = Callable[[Any], Any]
_UNSURE = _Unsure()


def _uuid(value: Any) -> uuid.UUID:
    if type(value) is not str or _UUID(value) is None:
        raise _UNSURE
    return read_id(value)


def _day(value: Any) -> date:
    if type(value) is not str or _DAY(value) is None:
        raise _UNSURE
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise _UNSURE from None
    if not EARLIEST <= day <= LATEST:
        raise _UNSURE
    return day


def _text(field: fields.Field[Any]) -> Check:
    least, most = 0, 10**9
    for rule in field.validators:
        if isinstance(rule, validate.Length):
            least, most = max(least, rule.min or 0), min(most, rule.max or most)

    def check(value: Any) -> str:
        if type(value) is not str or "\x00" in value:
            raise _UNSURE
        if not value.isascii() and _SURROGATE(value) is not None:
            raise _UNSURE
        said = value.strip()
        if not least <= len(said) <= most:
            raise _UNSURE
        return said

    return check


_SURROGATE = re.compile("[\ud800-\udfff]").search


def _choice(field: fields.Field[Any]) -> Check:
    allowed: frozenset[Any] | None = None
    pattern: Any = None
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            allowed = frozenset(rule.choices)
        elif isinstance(rule, validate.Regexp):
            pattern = rule.regex.match
        else:
            raise TypeError(f"no quick form of {rule!r}")

    def check(value: Any) -> str:
        if type(value) is not str:
            raise _UNSURE
        if (allowed is not None and value not in allowed) or (pattern and not pattern(value)):
            raise _UNSURE
        return value

    return check


def _whole(field: fields.Field[Any]) -> Check:
    low, high = -(2**53) + 1, 2**53 - 1
    for rule in field.validators:
        if isinstance(rule, validate.Range):
            low, high = max(low, rule.min), min(high, rule.max)

    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _UNSURE
        return value

    return check


def _list(field: fields.List[Any]) -> Check:
    inner = _check_of(field.inner)
    most = min(
        (r.max for r in field.validators if isinstance(r, validate.Length) and r.max is not None),
        default=None,
    )

    def check(value: Any) -> list[Any]:
        if type(value) is not list or (most is not None and len(value) > most):
            raise _UNSURE
        return [inner(item) for item in value]

    return check


def _own_answers(value: Any) -> dict[str, Any]:
    said = shaped(value)
    if said is None:
        raise _UNSURE
    return said


def _check_of(field: fields.Field[Any]) -> Check:
    if isinstance(field, fields.UUID):
        return _uuid
    if isinstance(field, Day):
        return _day
    if isinstance(field, Whole):
        return _whole(field)
    if isinstance(field, fields.List):
        return _list(field)
    if isinstance(field, fields.Nested):
        return _object(field.schema)
    if isinstance(field, OwnAnswers):
        return _own_answers
    if isinstance(field, Text):
        return _text(field)
    if type(field) is fields.String:
        return _choice(field)
    raise TypeError(f"no quick form of {type(field).__name__}")


def _object(schema: Schema) -> Check:
    known = [
        (name, _check_of(field), field.required, field.allow_none, field.load_default)
        for name, field in schema.load_fields.items()
    ]
    names = frozenset(schema.load_fields)
    includes = schema.unknown == INCLUDE

    def check(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _UNSURE
        said: dict[str, Any] = {}
        found = 0
        for name, inner, required, may_be_none, default in known:
            if name in value:
                found += 1
                given = value[name]
                if given is None and may_be_none:
                    said[name] = None
                else:
                    said[name] = inner(given)
            elif required:
                raise _UNSURE
            elif default is not missing:
                said[name] = default() if callable(default) else default
        if found != len(value):
            if not includes:
                raise _UNSURE
            for name in value.keys() - names:
                said[name] = value[name]
        return said

    return check


def quick(schema: Schema) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    """The fast half of ``schema.load``: the loaded value, or None where the schema must decide."""
    check = _object(schema)

    def load(payload: dict[str, Any]) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = check(payload)
        except _Unsure:
            return None
        return loaded

    return load


def loader(schema: Schema) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """``schema.load``, quickly where possible. Raises ValidationError as the schema does."""
    fast = quick(schema)

    def load(payload: dict[str, Any]) -> dict[str, Any]:
        loaded = fast(payload)
        if loaded is not None:
            return loaded
        slow: dict[str, Any] = schema.load(payload)
        return slow

    return load
