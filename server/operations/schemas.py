"""Shapes of the administrator's view of the installation."""

from __future__ import annotations

from marshmallow import Schema, fields


class JobRunSchema(Schema):
    """One run: when, how much it did, and what stopped it. No end: it runs now."""

    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    made = fields.Integer(required=True)
    problem = fields.String(required=True, allow_none=True)


class JobSchema(Schema):
    """One job, how often it is due, and its newest run."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    every_seconds = fields.Integer(required=True)
    last = fields.Nested(JobRunSchema, required=True, allow_none=True)


class JobsSchema(Schema):
    """All jobs; ``looked_at`` is when the runner last said that it is there."""

    as_of = fields.AwareDateTime(required=True)
    running = fields.Boolean(required=True)
    jobs = fields.List(fields.Nested(JobSchema), required=True)


class BackupSchema(Schema):
    """One backup; not verified: phones still keep what they sent since the one before."""

    id = fields.UUID(required=True)
    file_name = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    size = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    files = fields.Integer(required=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    dropped_at = fields.AwareDateTime(required=True, allow_none=True)


class JobQuery(Schema):
    """Whose runs; of all jobs when none is named."""

    name = fields.String(load_default=None)
