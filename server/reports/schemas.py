"""Shapes of numbers over several features."""

from __future__ import annotations

from marshmallow import Schema, fields


class WaitingSchema(Schema):
    """How much waits; null for what the person may not read."""

    tasks = fields.Integer(required=True, allow_none=True)
    concerns = fields.Integer(required=True, allow_none=True)
    attention = fields.Integer(required=True, allow_none=True)
