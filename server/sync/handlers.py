"""The two doors through which features join sync: what a mutation does, and what a pulled row holds."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from server.access.actor import Actor


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What the phone knew about its clock when it recorded: boot, page time, measured offset."""

    boot_id: str
    monotonic_ms: int
    offset_ms: int | None


@dataclass(slots=True)
class Mutation:
    """One recorded intention, its envelope read and its payload still the feature's to judge."""

    mutation_id: uuid.UUID
    device_seq: int
    type: str
    schema: int
    entity_id: uuid.UUID
    base_version: int | None
    depends_on: tuple[uuid.UUID, ...]
    payload: dict[str, Any]
    occurred_at: datetime
    tz_offset: int
    clock: DeviceClock
    hash: str
    occurred_est: datetime
    clock_quality: str


@dataclass(frozen=True, slots=True)
class Push:
    """Who pushes, from which phone, and when it arrived.

    ``accepted_by`` is set when a person of the committee takes an item out of quarantine: the
    handler then applies it for ``user_id`` without asking for an assignment.
    """

    actor: Actor
    user_id: uuid.UUID
    device_id: uuid.UUID
    received_at: datetime
    accepted_by: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """It happened; ``versions`` of what it made or changed, in which committee."""

    versions: Mapping[str, int]
    area_id: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody changed the same fields meanwhile; kept as a proposal."""

    server_version: int
    fields: Sequence[str]
    area_id: str | None = None
    household_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It cannot be applied; kept in quarantine with the facts a person needs."""

    code: str
    field: str | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    area_id: str | None = None
    household_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not final: ask again after so many seconds."""

    after_s: int = 5


Verdict = Applied | Conflict | Rejected | Retry
Handler = Callable[[Push, Sequence[Mutation]], Sequence[Verdict]]
Converter = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class MutationType:
    """A registered mutation: its current payload schema and how older ones become it."""

    name: str
    schema: int
    handle: Handler
    up: Mapping[int, Converter]
    read_by: str | None = None
    """A permission without which nobody learns even that such an entry waits."""

    def upgraded(self, mutation: Mutation) -> dict[str, Any] | None:
        """The payload in the current schema, or None when no converter knows its version."""
        payload = mutation.payload
        for version in range(mutation.schema, self.schema):
            step = self.up.get(version)
            if step is None:
                return None
            payload = step(payload)
        return payload


@dataclass(frozen=True, slots=True)
class Reader:
    """The phone a page is made for."""

    actor: Actor
    device_id: uuid.UUID
    household_ids: frozenset[uuid.UUID]
    areas: tuple[str, ...]


Rows = Callable[[Reader, Sequence[str]], Mapping[str, Mapping[str, Any]]]

_mutations: dict[str, MutationType] = {}
_sources: dict[str, Rows] = {}
_parts: dict[tuple[str, str], Rows] = {}
H = TypeVar("H", bound=Handler)
R = TypeVar("R", bound=Rows)


def mutation(
    name: str,
    *,
    schema: int = 1,
    up: Mapping[int, Converter] | None = None,
    read_by: str | None = None,
) -> Callable[[H], H]:
    """Register what a type of mutation does; ``read_by``: see :class:`MutationType`.

    The handler gets all mutations of one run of this type, oldest first, and answers one verdict
    each; it writes set-based, flushes, and never commits. It may be called again with fewer of
    them after a rollback, so it keeps nothing outside the database.
    """

    def register(handle: H) -> H:
        known = _mutations.get(name)
        if known is not None and known.handle is not handle:
            raise RuntimeError(f"two handlers for the mutation {name}")
        _mutations[name] = MutationType(name, schema, handle, dict(up or {}), read_by)
        return handle

    return register


def pull_source(entity: str) -> Callable[[R], R]:
    """Register what a row of this entity holds on a phone.

    The source gets ids and answers rows; an id it leaves out becomes a tombstone. Rows of changes
    for everybody must not depend on the reader (they are kept as text and shared); rows of a
    change for one person may. Only fields a view of disclosure.py lists may be in them.
    """

    def register(rows: R) -> R:
        known = _sources.get(entity)
        if known is not None and known is not rows:
            raise RuntimeError(f"two sources for {entity}")
        _sources[entity] = rows
        return rows

    return register


def pull_part(entity: str, part: str) -> Callable[[R], R]:
    """Register what one part of a shared row holds: the fields that change when only this part did.

    It answers exactly the fields the entity's source would give them; see ``record_change(part=)``.
    """

    def register(rows: R) -> R:
        _parts[entity, part] = rows
        return rows

    return register


def part_of(entity: str, part: str) -> Rows:
    """The registered part of an entity. Raises KeyError when there is none."""
    return _parts[entity, part]


def mutation_type(name: str) -> MutationType | None:
    """The registered mutation of this name."""
    return _mutations.get(name)


def secret_types() -> list[MutationType]:
    """Those whose waiting entries only some may see."""
    return [kind for kind in _mutations.values() if kind.read_by is not None]


def source_of(entity: str) -> Rows | None:
    """The registered source of an entity."""
    return _sources.get(entity)


def forget(name: str) -> None:
    """Take a registration back (tests that register a type of their own)."""
    _mutations.pop(name, None)
    _sources.pop(name, None)
