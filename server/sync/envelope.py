"""Reads one mutation's envelope; what cannot be read is kept as it came."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from server.kit.ids import read_id
from server.sync import canonical, device_time
from server.sync.handlers import DeviceClock, Mutation

SAFE = 2**53 - 1
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,30}")
MOST_DEPENDENCIES = 50


@dataclass(slots=True)
class Entry:
    """One item of a batch: its raw form, and the mutation when it could be read."""

    raw: Any
    mutation: Mutation | None
    fault: str | None = None

    @property
    def shown_id(self) -> Any:
        """The id to echo, whatever the phone sent."""
        if self.mutation is not None:
            return self.raw["mutation_id"]  # its one spelling was checked
        given = self.raw.get("mutation_id") if isinstance(self.raw, dict) else None
        return given if isinstance(given, str) and len(given) <= 80 else None

    @property
    def ledger_id(self) -> uuid.UUID | None:
        """The key under which its verdict is kept; None when even that cannot be read."""
        if self.mutation is not None:
            return self.mutation.mutation_id
        given = self.shown_id
        return uuid.UUID(given) if given is not None and _UUID.fullmatch(given) else None

    @property
    def claimed_hash(self) -> str:
        """The hash it came with, or one of the raw item when it had none."""
        if self.mutation is not None:
            return self.mutation.hash
        given = self.raw.get("hash") if isinstance(self.raw, dict) else None
        return given if isinstance(given, str) and _HASH.fullmatch(given) else self.fingerprint()

    def as_text(self) -> bytes:
        """The item as JSON, for the quarantine."""
        return orjson.dumps(self.raw, option=orjson.OPT_SORT_KEYS)

    def fingerprint(self) -> str:
        """One value for one raw item, so that sending it again keeps it once."""
        return hashlib.sha256(self.as_text()).hexdigest()


class Unreadable(ValueError):
    """Names the field that cannot be read."""


def _uuid7(value: Any, field: str) -> uuid.UUID:
    if type(value) is not str or not _UUID.fullmatch(value):
        raise Unreadable(field)
    return read_id(value)


def _whole(value: Any, field: str, low: int, high: int = SAFE) -> int:
    if type(value) is not int or not low <= value <= high:
        raise Unreadable(field)
    return value


def _clock(value: Any) -> DeviceClock:
    if type(value) is not dict:
        raise Unreadable("clock")
    boot, offset = value.get("boot_id"), value.get("offset_ms")
    if type(boot) is not str or not 1 <= len(boot) <= 64:
        raise Unreadable("clock.boot_id")
    monotonic = _whole(value.get("monotonic_ms"), "clock.monotonic_ms", 0)
    if offset is not None:
        offset = _whole(offset, "clock.offset_ms", -SAFE)
    return DeviceClock(boot, monotonic, offset)


def _text(value: Any, field: str, shape: re.Pattern[str]) -> str:
    if type(value) is not str or not shape.fullmatch(value):
        raise Unreadable(field)
    return value


def read(raw: Any, received_at: datetime) -> Entry:
    """One item of the batch."""
    try:
        return Entry(raw, _read(raw, received_at))
    except Unreadable as bad:
        return Entry(raw, None, str(bad))


def _read(raw: Any, received_at: datetime) -> Mutation:
    if type(raw) is not dict:
        raise Unreadable("mutation")
    payload = raw.get("payload")
    if type(payload) is not dict:
        raise Unreadable("payload")
    depends = raw.get("depends_on", [])
    if type(depends) is not list or len(depends) > MOST_DEPENDENCIES:
        raise Unreadable("depends_on")
    base = raw.get("base_version")
    claimed = _text(raw.get("hash"), "hash", _HASH)
    if not canonical.matches(payload, claimed):
        raise Unreadable("hash")
    try:
        occurred = device_time.read_instant(raw["occurred_at_device"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Unreadable("occurred_at_device") from None
    device_clock = _clock(raw.get("clock"))
    estimate, quality = device_time.weigh(occurred, device_clock, received_at)
    return Mutation(
        mutation_id=_uuid7(raw.get("mutation_id"), "mutation_id"),
        device_seq=_whole(raw.get("device_seq"), "device_seq", 1),
        type=_text(raw.get("type"), "type", _NAME),
        schema=_whole(raw.get("schema"), "schema", 1, 10_000),
        entity_id=_uuid7(raw.get("entity_id"), "entity_id"),
        base_version=None if base is None else _whole(base, "base_version", 0),
        depends_on=tuple(_uuid7(d, "depends_on") for d in depends),
        payload=payload,
        occurred_at=occurred,
        tz_offset=_whole(raw.get("tz_offset"), "tz_offset", -1440, 1440),
        clock=device_clock,
        hash=claimed,
        occurred_est=estimate,
        clock_quality=quality,
    )
