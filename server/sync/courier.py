"""Takes in a sealed file that somebody carried for a phone without a network (PROTOCOL.md, K1-K8).

A file is one JSON object: in clear a format, a version, random ids and a count; everything else is
sealed to our key (HPKE). Inside lie the phone's signature over the whole and its entries, each the
sealed copy that was made when it was recorded. Who brings the file has no say in what becomes of it:
the entries are applied with the rights their own person holds now, by the code of the push.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from flask import request

from server.access import proof
from server.access import repository as access_reads
from server.access import service as access
from server.access.actor import Actor
from server.access.models import Device
from server.kit import clock, ratelimit
from server.kit.crypto import SealBroken, keyring
from server.kit.endpoint import write_audit
from server.kit.errors import SlowDown
from server.kit.ratelimit import Limit
from server.kit.unit_of_work import remember_row_scope
from server.sync import changes, epoch, push, sealed
from server.sync.body import MAX_INFLATED, MAX_MUTATIONS
from server.sync.errors import (
    FileForElsewhere,
    FileNewer,
    FileNotRecognised,
    FileTooLarge,
    FileUnreadable,
)
from server.sync.protocol import PROTOCOL

FORMAT = "linli-sealed"
VERSION = 1
SHOWN = frozenset(
    {"format", "version", "read_me", "file_id", "device_id", "key_id", "count", "sealed"}
)
"""What a file has in clear; ``read_me`` is for whoever opens it and is not looked at."""
SIGNATURE = 64
AN_HOUR = Limit("courier", 300, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class File:
    """A carried file, read but not yet opened."""

    file_id: str
    device_id: uuid.UUID
    key_id: str
    count: int
    sealed: bytes

    def info(self) -> str:
        """Binds the outer seal to its purpose, its key and its file."""
        return f"linli courier v1|{self.key_id}|{self.file_id}"

    def signed(self, inner: bytes) -> bytes:
        """What the phone signs: everything in clear, and the hash of what is sealed."""
        digest = hashlib.sha256(inner).hexdigest()
        said = (FORMAT, VERSION, self.file_id, self.device_id, self.key_id, self.count, digest)
        return "|".join(str(part) for part in said).encode()


def sent_file() -> bytes:
    """The body of the request; longer ones than MAX_JSON do not come this far. Raises FileUnreadable."""
    length = request.content_length
    try:
        sent: bytes = request.stream.read()
    except (OSError, ValueError) as broken:
        raise FileUnreadable() from broken
    if length is not None and len(sent) != length:
        raise FileUnreadable()  # cut on the way
    return sent


def read(sent: bytes) -> File:
    """The file's outside. Raises FileUnreadable, FileNewer, FileTooLarge, FileForElsewhere."""
    try:
        given = orjson.loads(sent.removeprefix(b"\xef\xbb\xbf"))
        version = given.get("version", VERSION)
        if given.get("format") == FORMAT and type(version) is int and version > VERSION:
            raise FileNewer()
        if foreign := sorted(set(given) - SHOWN):
            raise FileUnreadable(fields={name[:80]: FileUnreadable.zh for name in foreign[:20]})
        if given["format"] != FORMAT or given["version"] != VERSION:
            raise FileUnreadable()
        count, key_id = given["count"], given["key_id"]
        if type(count) is not int or type(key_id) is not str or not count >= 0:
            raise FileUnreadable()
        if count > MAX_MUTATIONS:
            raise FileTooLarge()
        file = File(
            file_id=str(uuid.UUID(given["file_id"])),
            device_id=uuid.UUID(given["device_id"]),
            key_id=key_id[:64],
            count=count,
            sealed=sealed.raw_bytes(given["sealed"]),
        )
    except (
        orjson.JSONDecodeError,
        RecursionError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as bad:
        raise FileUnreadable() from bad
    if file.key_id != keyring().hpke_key_id():
        raise FileForElsewhere()
    return file


def opened(file: File) -> tuple[bytes, bytes]:
    """The signature and what it is over. Raises FileUnreadable when a single bit was changed."""
    try:
        plain = keyring().hpke_open(file.sealed, file.info())
    except SealBroken as broken:
        raise FileUnreadable() from broken
    if len(plain) <= SIGNATURE or len(plain) > MAX_INFLATED + SIGNATURE:
        raise FileUnreadable()
    return plain[:SIGNATURE], plain[SIGNATURE:]


def recognised(file: File, signature: bytes, inner: bytes) -> Device:
    """The phone that made the file, held for the transaction. Raises FileNotRecognised.

    Our public key is no secret: only the phone's own key says whose entries these are.
    """
    device = access_reads.locked_device(file.device_id)
    if device is None or not proof.is_signed(device, file.signed(inner), signature):
        raise FileNotRecognised()
    if device.revoked_at is not None and clock.now() - device.revoked_at > push.REVOKED_MAY_SEND:
        raise FileNotRecognised()
    return device


def entries(inner: bytes, count: int) -> tuple[list[dict[str, Any]], int]:
    """The mutations that open, as a phone pushes them, and how many do not."""
    try:
        given = orjson.loads(inner)["entries"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as bad:
        raise FileUnreadable() from bad
    if type(given) is not list or len(given) != count:
        raise FileUnreadable()
    found = [raw for one in given if (raw := sealed.opened(one)) is not None]
    return found, count - len(found)


@dataclass(slots=True)
class Taken:
    """What became of a file; the verdicts are complete when the transaction has ended."""

    file: File
    damaged: int
    settled: push.Settled

    def told(self) -> dict[str, Any]:
        """Numbers only: whoever brought the file learns nothing of what is in it."""
        ends = Counter(_end(one) for one in orjson.loads(orjson.dumps(self.settled.verdicts)))
        return {
            "file_id": self.file.file_id,
            "count": self.file.count,
            "taken": ends["taken"],
            "already": ends["already"],
            "attention": ends["attention"],
            "waiting": ends["waiting"],
            "damaged": self.damaged,
        }


def _end(verdict: dict[str, Any]) -> str:
    kinds = {"applied": "taken", "duplicate": "already", "retry": "waiting"}
    return kinds.get(verdict["verdict"], "attention")


def counted(bearer: Actor) -> None:
    """Count a file brought, also one that is refused. Raises SlowDown."""
    wait = ratelimit.spend(bearer.me.hex, AN_HOUR)
    if wait is not None:
        raise SlowDown(retry_after=wait)


def take(bearer: Actor, sent: bytes) -> Taken:
    """Apply a carried file inside the caller's one writing transaction.

    Raises FileUnreadable, FileNewer, FileForElsewhere, FileTooLarge, FileNotRecognised.
    """
    file = read(sent)
    signature, inner = opened(file)
    device = recognised(file, signature, inner)
    found, damaged = entries(inner, file.count)
    changes.render_later()
    person = access.person(device.user_id, device.id)
    remember_row_scope(",".join(person.areas))
    batch = push.Batch(
        protocol=PROTOCOL,
        device_id=device.id,
        epoch=epoch.current(),
        batch_id=file.file_id,
        app_version="",
        want_pull=False,
        cursor=None,
        raw=list(found),
    )
    revoked = device.revoked_at is not None
    settled = push.settle(device, person, batch, clock.now(), revoked=revoked)
    write_audit(bearer, "sync.courier", device.id, *settled.ids, area_id=settled.home)
    return Taken(file, damaged, settled)
