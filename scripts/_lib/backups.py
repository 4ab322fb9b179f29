"""What a backup holds, how it is made, and how it is tried: the parts of scripts/backup and scripts/restore.

A backup is verified by doing what a restore does: it is read back from the disk, opened, put into an
empty database, counted, and its audit chains are followed. The key for that lives in the memory of the
process that wrote the file and nowhere else: every backup is sealed to the administrator's public key
and to one made for this one check.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from flask import Flask
from pyrage import x25519

from scripts._lib import snapshots, vault
from scripts._lib.say import Stop, timed
from scripts._lib.snapshots import MEMBER, SQLITE, Snapshot
from server.access import rls
from server.app import create_app
from server.audit import service as audit
from server.config import Config
from server.kit import clock, storage
from server.kit.crypto import KeyRefused, load_keyring
from server.kit.database import as_owner, db
from server.kit.unit_of_work import transaction

FORMAT = 1
HEADS = "audit-heads.jsonl"
WORK = ".backup-work"
_NAME = re.compile(r"linli-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.tar\.age")
_FILE = re.compile(r"files/([a-z_]+)/([0-9a-f]{2})/([0-9a-f]{48})")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: its last member, so it is there only if the whole is."""

    made_at: str
    kind: str
    schema: str
    epoch: str
    keys: str
    tables: dict[str, int]
    clocks: dict[str, int]
    files: dict[str, list[Any]]
    """name → [bytes, SHA-256] of every other member"""

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass
class Unpacked:
    """A backup taken apart into a folder, every member's hash checked."""

    manifest: Manifest
    database: Path
    heads: Path | None
    stored: dict[str, Path | None] = field(default_factory=dict)
    """file name → where it lies now; None when it was only read through"""


def file_name(at: datetime, epoch: str) -> str:
    """The name of a backup: when, and of which history."""
    return f"linli-{at:%Y%m%dT%H%M%SZ}-{epoch[:8]}{vault.ENDING}"


def made_at(path: Path) -> datetime | None:
    """When a backup was made, by its name; None for any other file."""
    found = _NAME.fullmatch(path.name)
    return None if found is None else datetime.strptime(found[1] + "+0000", "%Y%m%dT%H%M%SZ%z")


def keys_mark(config: Config) -> str:
    """Tells whether two key files are the same, and nothing about the keys. Raises Stop."""
    try:
        ring = load_keyring(config.keys_file)
    except KeyRefused as refused:
        raise Stop(
            f"没有密钥文件 {config.keys_file}。备份里没有它，请把另外保管的那份放回来（或用 LINLI_KEYS 指明）。",
            f"The key file {config.keys_file} is missing. No backup holds it; put your copy back "
            "(or name it with LINLI_KEYS).",
            str(refused),
            code=7,
        ) from refused
    return ring.mac("backup-keys", b"linli").hex()[:32]


@contextmanager
def work_folder(config: Config) -> Iterator[Path]:
    """A folder on the data's own disk that only the server's user enters; gone afterwards."""
    folder = config.data_dir / WORK
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(
    config: Config, folder: Path, recipients: list[Any], work: Path
) -> tuple[vault.Sealed, Manifest]:
    """Copy the database and the files beside it into a new backup in ``folder``. Raises Stop."""
    now = clock.now()
    with timed("复制数据库 · copying the database"):
        copy: Snapshot = snapshots.take(config.database_url, work)
    said = {
        "format": FORMAT, "made_at": clock.to_wire(now), "kind": copy.kind, "schema": copy.schema,
        "epoch": copy.epoch, "keys": keys_mark(config), "tables": copy.tables, "clocks": copy.clocks,
    }  # fmt: skip
    files: dict[str, list[Any]] = {}
    target = folder / file_name(now, copy.epoch)
    if target.exists():
        raise Stop(
            f"{target.name} 已经有了，请过一秒再试。",
            f"{target.name} exists; try again in a second.",
        )
    with timed("加密写入 · sealing"), vault.sealing(target, recipients) as sealed:
        for name, source in [(MEMBER[copy.kind], copy.file), *_beside(config.data_dir)]:
            files[name] = list(sealed.add_file(name, source))
        sealed.add("manifest.json", json.dumps({**said, "files": files}).encode())
    copy.file.unlink()
    return sealed, _manifest({**said, "files": files})


def _beside(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """What lies beside the database and belongs to it; never the keys."""
    heads = data_dir / HEADS
    if heads.exists():
        yield HEADS, heads
    for room in storage.rooms(data_dir):
        for path in sorted(room.glob("??/*")):
            name = f"files/{room.name}/{path.parent.name}/{path.name}"
            if _FILE.fullmatch(name):
                yield name, path


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.get("format") != FORMAT:
        raise Stop(
            "这份备份是更新的程序做的，请先升级程序。",
            "This backup was made by a newer program; update this one first.",
            code=6,
        )
    return Manifest(**{name: said[name] for name in Manifest.__dataclass_fields__})


def unpack(path: Path, identity: Any, work: Path, *, keep_files: bool) -> Unpacked:
    """Take a backup apart and check every member against its own list. Raises Stop."""
    seen: dict[str, list[Any]] = {}
    stored: dict[str, Path | None] = {}
    said: dict[str, Any] | None = None
    try:
        with closing(vault.opened(path, [identity])) as members:
            for name, member in members:
                if name == "manifest.json":
                    said = json.load(member)
                    continue
                target = _place_of(path, name, work, keep_files=keep_files)
                seen[name] = _taken(member, target)
                if name.startswith("files/"):
                    stored[name] = target
    except tarfile.TarError as cut:
        raise vault.Unreadable(path, cut) from cut
    if said is None:
        raise vault.Unreadable(path, "no manifest: the backup was never finished")
    manifest = _manifest(said)
    if seen != manifest.files:
        odd = sorted(set(seen) ^ set(manifest.files)) or [
            name for name in seen if seen[name] != manifest.files[name]
        ]
        raise vault.Unreadable(path, f"not what the list says: {', '.join(odd[:5])}")
    heads = work / HEADS
    return Unpacked(
        manifest, work / MEMBER[manifest.kind], heads if heads.exists() else None, stored
    )


def _place_of(path: Path, name: str, work: Path, *, keep_files: bool) -> Path | None:
    """Where a member goes, None to be read through only; names that are not ours are refused."""
    if name in (*MEMBER.values(), HEADS):
        return work / name
    if _FILE.fullmatch(name) is None:
        raise vault.Unreadable(path, f"a member called {name!r}")
    if not keep_files:
        return None
    target = work / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return target


def _taken(member: IO[bytes], target: Path | None) -> list[Any]:
    total, size = hashlib.sha256(), 0
    file = None if target is None else open(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb")  # noqa: SIM115 - closed below, or there is none
    try:
        while data := member.read(1 << 20):
            total.update(data)
            size += len(data)
            if file is not None:
                file.write(data)
        if file is not None:
            file.flush()
            os.fsync(file.fileno())
    finally:
        if file is not None:
            file.close()
    return [size, total.hexdigest()]


@contextmanager
def running(config: Config, database_url: str, data_dir: Path) -> Iterator[Flask]:
    """The application over another database, inside its context, its engine closed afterwards."""
    app = create_app(replace(config, database_url=database_url, data_dir=data_dir))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def secured() -> None:
    """Give a restored PostgreSQL database the roles and policies of this server."""
    with db.engine.connect() as connection:
        rls.secure(as_owner(connection))
        connection.commit()
    db.engine.dispose()


def check(config: Config, path: Path, identity: Any, work: Path) -> Manifest:
    """The drill: open, restore into an empty place, count, follow the audit chains. Raises Stop."""
    with timed("试恢复：解密，逐个核对 · drill: opening and comparing"):
        parts = unpack(path, identity, work, keep_files=False)
    if parts.manifest.keys != keys_mark(config):
        raise Stop(
            "备份是用另一份密钥文件（keys.json）做的，这台机器上的打不开里面的加密内容。",
            "The backup was made with another key file (keys.json); the one here does not open its sealed columns.",
            code=7,
        )
    with timed("试恢复：装进空库，清点，核对审计链 · drill: empty database, counts, audit chains"):
        if parts.manifest.kind == SQLITE:
            found = snapshots.looked_into(parts.database)
            _same(parts.manifest, found.schema, found.epoch, found.tables, found.clocks)
            with running(config, f"sqlite:///{parts.database}", work):
                _followed(parts)
        else:
            with snapshots.scratch(config.database_url) as address:
                snapshots.load(parts.database, address)
                with snapshots.line(address) as line:
                    _same(parts.manifest, *snapshots.counted(line))
                with running(config, address, work):
                    secured()
                    _followed(parts)
    return parts.manifest


def _same(manifest: Manifest, schema: str, epoch: str, tables: dict[str, int], clocks: dict[str, int]) -> None:  # fmt: skip
    """The restored database holds what was counted when it was copied."""
    have = (schema, epoch, tables, clocks)
    told = (manifest.schema, manifest.epoch, manifest.tables, manifest.clocks)
    if have != told:
        odd = [n for n in {*tables, *manifest.tables} if tables.get(n) != manifest.tables.get(n)]
        raise Stop(
            "恢复出来的数据和备份时清点的不一致，这份备份不能用。",
            "What was restored differs from what was counted at the backup; it is of no use.",
            "\n".join(f"{n}: {manifest.tables.get(n)} → {tables.get(n)}" for n in sorted(odd)),
            code=8,
        )


def _followed(parts: Unpacked) -> None:
    """Every audit chain holds up to its signed heads, and every photo the rows name is there."""
    from server.attachments import service as attachments

    lines = parts.heads.read_text().splitlines() if parts.heads else []
    names = {name.rpartition("/")[2] for name in parts.stored}
    with transaction(write=False):
        findings = audit.verify(lines)
        missing = [name for name in attachments.storage_names() if name not in names]
    if findings:
        raise Stop(
            "审计链对不上，第一处见上。", "The audit does not hold; the first place is above.",
            "\n".join(f"{f.area_id or '-'} #{f.seq}: {f.problem}" for f in findings[:10]), code=8,
        )  # fmt: skip
    if missing:
        raise Stop(
            f"有 {len(missing)} 张照片的记录在，文件不在备份里。",
            f"{len(missing)} photos are named by a row and are not in the backup.",
            "\n".join(missing[:10]), code=8,
        )  # fmt: skip


def one_time_key() -> Any:
    """The key of one check; it never leaves this process."""
    return x25519.Identity.generate()
