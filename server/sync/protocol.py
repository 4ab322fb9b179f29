"""The protocol's number, its shapes for the contract, and the history of both."""

from __future__ import annotations

from marshmallow import Schema, fields

PROTOCOL = 1
HEADER = "X-Sync-Protocol"
SUITE = "P256-HKDF-SHA256-AES256GCM"

HISTORY: dict[int, str] = {
    1: "the first: push, pull, scope, attention, one round trip",
}
"""What each protocol number brought; a change of the shapes below needs a new line or, while no
phone in the field knows the number yet, a new hash in tests/sync/test_protocol.py."""


class ClockSchema(Schema):
    """What the phone knew about its clock."""

    boot_id = fields.String(required=True)
    monotonic_ms = fields.Integer(required=True)
    offset_ms = fields.Integer(required=True, allow_none=True)


class MutationSchema(Schema):
    """One recorded intention; ``payload`` is the schema of its type.

    A phone that cannot read its entry sends its id, its number, ``key_id`` and ``sealed`` alone:
    the copy sealed to the server's key when it was recorded.
    """

    mutation_id = fields.UUID(required=True)
    device_seq = fields.Integer(required=True)
    type = fields.String(required=True)
    schema_ = fields.Integer(required=True, data_key="schema")
    entity_id = fields.UUID(required=True)
    base_version = fields.Integer()
    depends_on = fields.List(fields.UUID(), required=True)
    payload = fields.Dict(required=True)
    occurred_at_device = fields.String(required=True)
    tz_offset = fields.Integer(required=True)
    clock = fields.Nested(ClockSchema, required=True)
    hash = fields.String(required=True)
    key_id = fields.String()
    sealed = fields.String()


class PushSchema(Schema):
    """A phone's batch."""

    protocol = fields.Integer(required=True)
    device_id = fields.UUID(required=True)
    epoch = fields.UUID(required=True)
    batch_id = fields.UUID(required=True)
    app_version = fields.String(required=True)
    want_pull = fields.Boolean()
    cursor = fields.String(allow_none=True)
    mutations = fields.List(fields.Nested(MutationSchema), required=True)


class VerdictSchema(Schema):
    """The server's word on one mutation; which fields there are follows from ``verdict``."""

    mutation_id = fields.String(required=True)
    verdict = fields.String(
        required=True,
        metadata={"enum": ["applied", "duplicate", "conflict", "rejected", "retry"]},
    )
    versions = fields.Dict(keys=fields.String(), values=fields.Integer())
    seq = fields.Integer()
    area_id = fields.String()
    original = fields.Dict()
    server_version = fields.Integer()
    fields_ = fields.List(fields.String(), data_key="fields")
    code = fields.String()
    field = fields.String()
    message = fields.String()
    after_s = fields.Integer()


class ReceiptSchema(Schema):
    """Which of the phone's numbered mutations arrived: all up to a number but the holes."""

    received_through = fields.Integer(required=True)
    holes = fields.List(fields.List(fields.Integer()), required=True)
    open_items = fields.Integer(required=True)


class ChangeSchema(Schema):
    """One entity that changed; ``row`` is its present state."""

    entity = fields.String(required=True)
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    op = fields.String(required=True, metadata={"enum": ["put", "tombstone"]})
    household_id = fields.UUID()
    row = fields.Dict()


class FlagsSchema(Schema):
    """Switches the server may throw on every phone."""

    kill_worker = fields.Boolean()
    lease_hours = fields.Integer()


class PullPageSchema(Schema):
    """A page of changes, or ``same`` alone when nothing moved."""

    same = fields.Boolean()
    epoch = fields.UUID(required=True)
    server_time = fields.String(required=True)
    scope_version = fields.Integer()
    scope_digest = fields.String()
    changes = fields.List(fields.Nested(ChangeSchema))
    next_cursor = fields.String()
    more = fields.Boolean()
    device = fields.Nested(ReceiptSchema)
    backed_up = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    flags = fields.Nested(FlagsSchema)


class PushAnswerSchema(Schema):
    """One verdict for each mutation, in the order they came."""

    batch_id = fields.UUID(required=True)
    epoch = fields.UUID(required=True)
    server_time = fields.String(required=True)
    verdicts = fields.List(fields.Nested(VerdictSchema), required=True)
    device = fields.Nested(ReceiptSchema)
    pull = fields.Nested(PullPageSchema)


class CarriedFileSchema(Schema):
    """A carried file: what is in clear, and the rest sealed to the server's key (PROTOCOL.md, K1)."""

    format = fields.String(required=True)
    version = fields.Integer(required=True)
    read_me = fields.String()
    file_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    key_id = fields.String(required=True)
    count = fields.Integer(required=True)
    sealed = fields.String(required=True)


class CarriedAnswerSchema(Schema):
    """How many entries of a carried file came to what; ``waiting`` ones may be brought again."""

    file_id = fields.UUID(required=True)
    count = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    already = fields.Integer(required=True)
    attention = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    damaged = fields.Integer(required=True)


class EnrolSchema(Schema):
    """A phone that wants to be known."""

    public_key = fields.Dict(required=True, metadata={"description": "JWK, ECDSA P-256"})
    label = fields.String(load_default="")
    app_version = fields.String(load_default="")


class SealSchema(Schema):
    """The key to which phones seal what waits on them."""

    key_id = fields.String(required=True)
    public_key = fields.String(required=True)
    suite = fields.String(required=True)


class LeftBehindSchema(Schema):
    """Entries known to have been on a phone that never arrived; ``here``: on this browser, before it was cleared."""

    entries = fields.Integer(required=True)
    heard_at = fields.String(required=True)
    here = fields.Boolean(required=True)


class EnrolAnswerSchema(Schema):
    """A phone that is known; the access token carries it."""

    device_id = fields.UUID(required=True)
    epoch = fields.UUID(required=True)
    seal = fields.Nested(SealSchema, required=True)
    lease_hours = fields.Integer(required=True)
    server_time = fields.String(required=True)
    access_token = fields.String(required=True)
    left_behind = fields.Nested(LeftBehindSchema, required=True, allow_none=True)


class ScopeSchema(Schema):
    """The households assigned to the person now."""

    household_ids = fields.List(fields.UUID(), required=True)
    scope_digest = fields.String(required=True)


class PullQuery(Schema):
    """From where, and how many changes at most."""

    cursor = fields.String()
    limit = fields.Integer(load_default=500)


class PollQuery(Schema):
    """The number the page has seen."""

    seen = fields.Integer(load_default=0)


class PollSchema(Schema):
    """A number that moves with every change in one's areas."""

    seq = fields.Integer(required=True)


WIRE: tuple[type[Schema], ...] = (
    PushSchema,
    PushAnswerSchema,
    PullPageSchema,
    EnrolSchema,
    EnrolAnswerSchema,
    ScopeSchema,
)
