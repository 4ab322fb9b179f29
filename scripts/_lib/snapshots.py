"""Takes a consistent copy of either database while the server works, and puts one into an empty place.

SQLite: its own online backup. PostgreSQL: ``pg_dump`` and ``pg_restore``, which keep whatever the
schema holds and are what an administrator knows; both are of the same version as the server there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from scripts._lib.say import Stop

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MEMBER = {SQLITE: "database.sqlite", POSTGRESQL: "database.dump"}


@dataclass(frozen=True)
class Snapshot:
    """A copy and what was counted in it: rows by table, change numbers by committee."""

    kind: str
    file: Path
    schema: str
    epoch: str
    tables: dict[str, int]
    clocks: dict[str, int]


def kind_of(database_url: str) -> str:
    return POSTGRESQL if database_url.startswith("postgresql") else SQLITE


def take(database_url: str, folder: Path) -> Snapshot:
    """Copy the database into ``folder``. Raises Stop."""
    if kind_of(database_url) == SQLITE:
        file = folder / MEMBER[SQLITE]
        source = database_url.removeprefix("sqlite:///")
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as live,
            closing(sqlite3.connect(file)) as copy,
        ):
            live.backup(copy)
        file.chmod(0o600)
        return looked_into(file)
    return _dumped(database_url, folder / MEMBER[POSTGRESQL])


def looked_into(file: Path) -> Snapshot:
    """A SQLite copy, checked page by page and counted. Raises Stop."""
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        sound = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if sound != ["ok"]:
            raise Stop(
                "数据库里有损坏的页，这份备份不能用。请从更早的备份恢复。",
                "The database has damaged pages; this copy is of no use. Restore an earlier one.",
                "\n".join(map(str, sound[:20])),
                code=8,
            )
        loose = copy.execute("PRAGMA foreign_key_check").fetchone()
        if loose is not None:
            raise Stop(
                f"表 {loose[0]} 里有指向空处的记录。",
                f"A row of {loose[0]} points nowhere.",
                code=8,
            )
        names = [
            row[0]
            for row in copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        count = {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a table's own name
            for name in sorted(names)
        }
        return Snapshot(
            SQLITE, file,
            copy.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            _uuid(copy.execute("SELECT epoch FROM sync_epoch").fetchone()),
            count, dict(copy.execute("SELECT area_id, seq FROM area_clock").fetchall()),
        )  # fmt: skip


def _uuid(row: Any) -> str:
    return "" if row is None else str(row[0]).replace("-", "")


# -- PostgreSQL ---------------------------------------------------------------------------------


def _plain(database_url: str) -> str:
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Stop(
            f"没有找到 {name}。请安装和数据库同版本的客户端，例如：sudo apt install postgresql-client",
            f"{name} was not found. Install the client of the database's version: "
            "sudo apt install postgresql-client",
            code=3,
        )
    return found


def _run(name: str, database_url: str, *arguments: str) -> None:
    """A client program on this database; the password goes by the environment, not by the command line."""
    said = conninfo_to_dict(_plain(database_url))
    password = said.pop("password", None)
    said["options"] = "-c linli.scope=*"  # row-level security shows the whole to the system
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [_tool(name), "--dbname", make_conninfo("", **said), *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(
            f"{name} 没有做完，原因见上。", f"{name} did not finish; the reason is above.",
            done.stderr[-3000:], code=8,
        )  # fmt: skip


def _dumped(database_url: str, file: Path) -> Snapshot:
    with psycopg.connect(_plain(database_url)) as line:
        line.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        line.read_only = True
        row = line.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        found = counted(line)
        file.touch(mode=0o600)
        _run(
            "pg_dump", database_url, "--format=custom", "--no-owner", "--no-privileges",
            "--enable-row-security", f"--snapshot={row[0]}", f"--file={file}",
        )  # fmt: skip
    return Snapshot(POSTGRESQL, file, *found)


def counted(line: psycopg.Connection[Any]) -> tuple[str, str, dict[str, int], dict[str, int]]:
    """Schema, epoch, rows by table and change numbers, as the whole system sees them."""
    line.execute("SELECT set_config('linli.scope', '*', true)")
    hidden = line.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'area_id' AND is_nullable = 'YES'"
    ).fetchone()
    if hidden is not None:  # such rows would stay out of a dump made under row-level security
        raise Stop(f"表 {hidden[0]} 里有不属于任何社区的行。", f"{hidden[0]} has rows of no area.")
    names = [
        row[0]
        for row in line.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
    ]
    tables = {}
    for name in names:
        row = line.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        ).fetchone()
        assert row is not None
        tables[name] = row[0]
    schema = line.execute("SELECT version_num FROM alembic_version").fetchone()
    epoch = line.execute("SELECT epoch FROM sync_epoch").fetchone()
    clocks = line.execute("SELECT area_id, seq FROM area_clock").fetchall()
    return "" if schema is None else schema[0], _uuid(epoch), tables, dict(clocks)


@contextmanager
def line(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the log-in's own rights."""
    with psycopg.connect(_plain(database_url)) as connection:
        yield connection


def load(file: Path, database_url: str) -> None:
    """Put a dump into an empty PostgreSQL database, whole or not at all. Raises Stop."""
    with psycopg.connect(_plain(database_url)) as line:
        row = line.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row is None or row[0]:
        raise Stop(
            "这个 PostgreSQL 数据库不是空的，没有动它。请新建一个空库，把 DATABASE_URL 指过去再恢复，"
            "例如：createdb -O linli linli_restored",
            "This PostgreSQL database is not empty and was left alone. Make an empty one, point "
            "DATABASE_URL at it and restore again: createdb -O linli linli_restored",
            code=5,
        )
    _run(
        "pg_restore", database_url, "--no-owner", "--no-privileges", "--exit-on-error",
        "--single-transaction", str(file),
    )  # fmt: skip


@contextmanager
def scratch(database_url: str) -> Iterator[str]:
    """The address of an empty database beside this one, gone afterwards. Raises Stop."""
    name = f"linli_drill_{secrets.token_hex(4)}"
    said = conninfo_to_dict(_plain(database_url))
    try:
        with psycopg.connect(_plain(database_url), autocommit=True) as line:
            line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as refused:
        raise Stop(
            "数据库用户不能新建数据库，备份没法试恢复。请运行：sudo -u postgres psql -c 'ALTER ROLE linli CREATEDB'",
            "The database user may not create a database, so the backup cannot be tried: "
            "sudo -u postgres psql -c 'ALTER ROLE linli CREATEDB'",
            code=5,
        ) from refused
    base = str(said.get("dbname") or said.get("user") or "")
    head, _, query = database_url.partition("?")
    try:
        yield (
            head.removesuffix("/" + base).rstrip("/") + f"/{name}" + (f"?{query}" if query else "")
        )
    finally:
        with psycopg.connect(_plain(database_url), autocommit=True) as line:
            line.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
