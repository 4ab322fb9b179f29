"""The schema a fresh installation gets is the schema the models describe."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from server.kit.database import as_owner, db
from server.kit.models import Base

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def scripts() -> ScriptDirectory:
    config = AlembicConfig(str(FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


def test_there_is_one_head_and_the_head_file_names_it() -> None:
    assert scripts().get_heads() == [(FOLDER / "HEAD").read_text().strip()]


def test_migrations_are_numbered_in_their_order() -> None:
    numbers = [script.revision for script in scripts().walk_revisions()][::-1]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    names = sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))
    assert names == numbers


def test_an_empty_database_migrated_equals_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        Base.metadata.drop_all(as_owner(connection))
        connection.commit()
    db.engine.dispose()
    upgrade(directory=str(FOLDER))
    with db.engine.connect() as connection:
        context = MigrationContext.configure(as_owner(connection), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
