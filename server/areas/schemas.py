"""Shapes of divisions on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.areas.changing import KINDS
from server.kit.schemas import AreaCode, Text

KIND = validate.OneOf([kind for kinds in KINDS.values() for kind in kinds])


class AreaSchema(Schema):
    """One division."""

    id = fields.String(required=True, metadata={"description": "statistical code, natural length"})
    name = fields.String(required=True)
    level = fields.Integer(required=True)
    kind = fields.String(required=True)
    phone = fields.String(allow_none=True)
    urban = fields.Boolean(required=True)
    opened_on = fields.Date(required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)
    merged_into_id = fields.String(required=True, allow_none=True)


class AreaQuery(Schema):
    """Which children to list."""

    parent_id = fields.String(load_default=None)
    with_hidden = fields.Boolean(load_default=False)
    with_closed = fields.Boolean(load_default=False)


class AreaSearch(Schema):
    """The beginning of a name or a code."""

    query = Text(load_default="", most=40)


class _Dated(Schema):
    on = fields.Date(required=True)


class AreaCreate(_Dated):
    """A division below another; its code begins with the other's."""

    code = AreaCode(required=True)
    name = Text(required=True, least=1, most=80)
    parent_id = AreaCode(required=True)
    kind = fields.String(required=True, validate=KIND)
    phone = Text(load_default=None, allow_none=True, most=40)


class AreaEdit(_Dated):
    """What it is called, and is, from a day on."""

    name = Text(required=True, least=1, most=80)
    kind = Text(required=True, least=1, most=24)
    phone = Text(load_default=None, allow_none=True, most=40)


class AreaEnd(_Dated):
    """The day from which it is no more, or is again."""


class AreaMerge(_Dated):
    into_id = AreaCode(required=True)


class AreaChangeSchema(Schema):
    """One thing that was done to a division, or to one of its grids."""

    id = fields.UUID(required=True)
    grid = fields.String(required=True)
    kind = fields.String(required=True)
    from_day = fields.Date(required=True)
    at = fields.AwareDateTime(required=True)
    before = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    after = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
