"""Shapes of grids and buildings on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.kit.schemas import Text


class GridLine(Schema):
    """A grid with its homes; a closed one says since when and into which it went."""

    name = fields.String(required=True)
    households = fields.Integer(required=True)
    opened_on = fields.Date(required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)
    merged_into = fields.String(required=True, allow_none=True)


class BuildingLine(Schema):
    name = fields.String(required=True)
    households = fields.Integer(required=True)


class CommitteePlaces(Schema):
    area_id = fields.String(required=True)
    grids = fields.List(fields.Nested(GridLine), required=True)
    buildings = fields.List(fields.Nested(BuildingLine), required=True)


class GridCreate(Schema):
    name = Text(required=True, least=1, most=80)
    on = fields.Date(required=True)


class GridRename(GridCreate):
    """Another name for a grid (``grid``) from a day on."""

    grid = Text(required=True, least=1, most=80)


class GridMerge(GridCreate):
    """The grid ``name`` takes in the grid ``grid``."""

    grid = Text(required=True, least=1, most=80)


class GridClose(Schema):
    grid = Text(required=True, least=1, most=80)
    on = fields.Date(required=True)
