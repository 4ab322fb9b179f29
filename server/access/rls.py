"""What the database itself refuses: rows of other areas (PostgreSQL), and changes to what is only added (both).

Run once after the tables were made or migrated, as their owner. On PostgreSQL every table with an
``area_id`` gets row-level security, forced for the owner too, with the transaction's scope
(``linli.scope``: area codes, each standing for all below it; ``*``; anything else: nothing) in
``USING`` and ``WITH CHECK``; and the role the application works under owns nothing.

Three exceptions, on reading alone: ``area_clock`` and ``epoch_end`` hold nothing but change numbers, read at each poll;
``role_grant`` tells who holds which role, and is what a scope is
made from, so it can be read before there is one.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

from server.kit.database import APP_ROLE
from server.kit.models import Base

READ_BEFORE_SCOPE = frozenset({"role_grant", "area_clock", "epoch_end"})

_SCOPE_FUNCTION = """
CREATE OR REPLACE FUNCTION linli_scope() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('linli.scope', true) = '*' THEN ARRAY['%']
    WHEN current_setting('linli.scope', true) ~ '^[0-9]+(,[0-9]+)*$'
      THEN string_to_array(replace(current_setting('linli.scope', true), ',', '%,') || '%', ',')
    ELSE ARRAY[]::text[]
  END
$$
"""
_IN_SCOPE = "area_id LIKE ANY ((SELECT linli_scope())::text[])"


def area_tables() -> list[Table]:
    """Every table whose rows belong to an area."""
    return [table for table in Base.metadata.sorted_tables if "area_id" in table.columns]


def append_only_tables() -> list[Table]:
    """Every table whose rows are never changed or taken away."""
    return [table for table in Base.metadata.sorted_tables if table.info.get("append_only")]


def secure(connection: Connection) -> None:
    """Put the protections in place; running it again changes nothing."""
    if connection.dialect.name == "postgresql":
        _secure_postgresql(connection)
    else:
        _secure_sqlite(connection)


def _secure_sqlite(connection: Connection) -> None:
    for table in append_only_tables():
        for act in ("UPDATE", "DELETE"):
            connection.execute(
                text(  # our own table names
                    f"CREATE TRIGGER IF NOT EXISTS {table.name}_no_{act.lower()} "
                    f"BEFORE {act} ON {table.name} "
                    f"BEGIN SELECT RAISE(ABORT, '{table.name} is only added to'); END"
                )
            )


def _secure_postgresql(connection: Connection) -> None:
    def run(statement: str) -> None:
        connection.execute(text(statement))

    run(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APP_ROLE}') "  # noqa: S608 - our own name
        f"THEN CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; "
        f"END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    connection.execute(text(_SCOPE_FUNCTION))  # the driver would take its % for a placeholder
    run(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
    run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    for table in append_only_tables():
        run(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table.name} FROM {APP_ROLE}")
    for table in area_tables():
        run(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
        for policy in ("in_scope", "readable"):
            run(f"DROP POLICY IF EXISTS {policy} ON {table.name}")
        run(f"CREATE POLICY in_scope ON {table.name} USING ({_IN_SCOPE}) WITH CHECK ({_IN_SCOPE})")
        if table.name in READ_BEFORE_SCOPE:
            run(f"CREATE POLICY readable ON {table.name} FOR SELECT USING (true)")
