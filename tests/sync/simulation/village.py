"""The server side of the simulated village: the real application, one request after the other.

The simulator's process decides what happens and when; this answers its requests through the real
handlers, moves the server's clock, lets the server die where it is told to, and tells the truth
about what is stored by looking into the tables, past everything the handlers say.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import event, inspect, select, text
from sqlalchemy.orm import Session as OrmSession

from server.access import service as access
from server.access import tokens
from server.access.models import Device, HouseholdAccess, Session
from server.app import create_app
from server.config import Config
from server.kit import clock, events
from server.kit.database import db, is_postgresql
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.patrols import planning
from server.patrols.models import Patrol, PatrolFinding, PatrolReport
from server.residents.events import HouseholdsChanged
from server.sync import blocks, epoch, handlers, pull, quarantine, settling
from server.sync.changes import record_change
from server.sync.handlers import Push, Verdict
from server.sync.models import Ledger, QuarantineItem, SyncEpoch
from server.visits.models import Visit
from tests.factories.areas import COMMITTEE
from tests.factories.database import (
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    begin_anew,
    make_databases,
)
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone
from tests.factories.tasks import assign, give_visit, make_named

ALL = {"linli_scope": "test"}
PHONES = (0, 0, 1)
POISON = "poison"
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Died(BaseException):
    """The server process is gone in the middle of something; no handler may catch this."""


class Village:
    """Two volunteers with three phones, six households, a committee; and the means to hurt them."""

    def __init__(self, app: Flask, databases: Databases, folder: Path) -> None:
        self.app, self.databases, self.folder = app, databases, folder
        self.client = app.test_client()
        self.clock = clock.SetClock(BEGIN)
        self.chance = random.Random(0)
        self.quirks: dict[str, Any] = {}
        self.people: list[Person] = []
        self.phones: list[Phone] = []
        self.households: list[uuid.UUID] = []
        self.committee: Person
        self.has_backup = False
        self.rotates = True
        self.patrol = ""

    @contextmanager
    def running(self) -> Iterator[Village]:
        """The application under the village's clock, with the quirks it may be asked for."""
        with ExitStack() as stack:
            stack.enter_context(self.app.app_context())
            stack.enter_context(clock.using(self.clock))
            stack.enter_context(self._weaknesses())
            yield self
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    @contextmanager
    def _weaknesses(self) -> Iterator[None]:
        """Locks that are held, notes that get lost, and one kind of visit no server can digest."""
        kind = handlers.mutation_type("visit.record")
        assert kind is not None

        def record(push_: Push, items: Any) -> Any:
            if any(item.payload.get("opinion") == POISON for item in items):
                raise ZeroDivisionError(POISON)
            return kind.handle(push_, items)

        judged = settling.Work._before_handler

        def before(work: Any, index: int) -> Verdict | None:
            if self.quirks.get("locks") and self.chance.random() < 0.1:
                return handlers.Retry(1)
            return judged(work, index)

        def told(*args: Any, **more: Any) -> None:
            if (
                more.get("op") == "drop"
                and self.quirks.get("forgetsDrops")
                and self.chance.random() < 0.3
            ):
                return
            record_change(*args, **more)

        with (
            mock.patch.dict(handlers._mutations, {kind.name: replace(kind, handle=record)}),
            mock.patch.object(settling.Work, "_before_handler", before),
            mock.patch("server.sync.scope.record_change", told),
        ):
            yield

    # -- what the simulator asks ------------------------------------------------------------

    def answer(self, asked: dict[str, Any]) -> Any:
        """One question of the simulator."""
        if "nowMs" in asked:
            self.clock.set(datetime.fromtimestamp(asked["nowMs"] / 1000, UTC))
        if asked["ask"] == "reset":
            return self.reset(asked["seed"], asked["quirks"])
        if asked["ask"] == "request":
            return self.request(asked["request"])
        if asked["ask"] == "control":
            return self.control(asked["control"])
        return self.truth()

    def reset(
        self, seed: int, quirks: dict[str, Any], phones: Sequence[int] = PHONES
    ) -> dict[str, Any]:
        """A new village of the same people on an empty database; ``phones`` says whose they are."""
        db.session.remove()
        begin_anew(self.app, self.databases)
        self.clock.set(BEGIN)
        self.chance, self.quirks, self.has_backup = random.Random(seed), quirks, False
        self.committee = make_named("秦砚", "committee")
        self.people = [make_named("苏竹"), make_named("何松")]
        self.households = [make_household("3", "2", str(501 + i)) for i in range(6)]
        with transaction(write=True):
            for household in self.households:
                record_change(COMMITTEE, "household", household, household_id=household)
        tasks = [give_visit(self.committee, self.households[i], None) for i in range(3)]
        self.patrol = self._patrol()
        self.phones = []
        for who in phones:
            person = self.people[who]
            first = not any(phone.person.user_id == person.user_id for phone in self.phones)
            own = person if first else make_person(user_id=person.user_id)
            self.phones.append(Phone(own, self.client))
        for i, household in enumerate(self.households):
            self._grant(i % 2, household)
        self._keep_awake()
        return {
            "phones": list(phones),
            "households": [str(one) for one in self.households],
            "tasks": [str(one) for one in tasks],
        }

    def _patrol(self) -> str:
        """One that is due for the whole committee, and nobody's in particular."""
        with transaction(write=True):
            planning.plan(COMMITTEE)
            return str(db.session.scalars(select(Patrol.id).execution_options(**ALL)).one())

    def _keep_awake(self) -> None:
        """Sessions outlive the story; what happens when they end is told by expired tokens."""
        with transaction(write=True):
            for session in db.session.scalars(select(Session)):
                session.expires_at = session.idle_expires_at = BEGIN + timedelta(days=4000)

    # -- requests ---------------------------------------------------------------------------

    def request(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One message, and with the last page of a pull all that its phone should hold now."""
        told = self.deliver(asked)
        seen = told["status"] == 200 and asked["kind"] in ("push", "pull")
        return {**told, "view": self._view(self.phones[asked["device"]], told) if seen else None}

    def deliver(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One message that reached the server, perhaps one during which it dies."""
        phone = self.phones[asked["device"]]
        body = asked["body"]
        if asked["kind"] == "push" and len(body["mutations"]) > self.quirks["maxCount"]:
            return _answer(413, {"error": "sync.too_large", "message": ""})
        self._renew(phone)
        with self._dying(asked["crash"]):
            try:
                told = self._send(phone, asked)
            except Died:
                db.session.rollback()
                db.session.remove()
                return {**_answer(500, {}), "died": True}
        return {**told, "died": asked["crash"] == "after_commit"}

    def _renew(self, phone: Phone) -> None:
        with transaction(write=False):
            (session_id,) = inspect(phone.person.session).identity or ()
            session = db.session.get(Session, session_id)
            assert session is not None
            phone.person.token = tokens.issue(session)

    def _send(self, phone: Phone, asked: dict[str, Any]) -> dict[str, Any]:
        kind = asked["kind"]
        if kind == "enrol":
            given = {"public_key": phone.jwk(), "label": "手机", "app_version": "1.0"}
            answer = phone.person.call(self.client, "POST", "/sync/devices", json=given)
            if answer.status_code == 201:
                phone.device_id = answer.get_json()["device_id"]
                phone.seal = answer.get_json()["seal"]
        elif kind == "push":
            answer = phone.send(json.dumps(asked["body"]).encode())
        elif kind == "pull":
            answer = phone.pull(cursor=asked["cursor"], limit=self.quirks["pageSize"])
        elif kind == "courier":
            json_kind = {"Content-Type": "application/json"}
            answer = phone.person.call(
                self.client,
                "POST",
                "/sync/courier",
                data=self._carried(asked["body"]),
                headers=json_kind,
            )
        else:
            answer = phone.person.call(self.client, "GET", "/sync/scope")
        phone.nonce = answer.headers.get("X-Next-Nonce", phone.nonce)
        return {
            **_answer(answer.status_code, answer.get_json(silent=True)),
            "protocol": answer.headers.get("X-Sync-Protocol"),
        }

    def _carried(self, told: dict[str, Any]) -> bytes:
        """The file the story tells of, signed with its phone's key or with a forger's."""
        maker = self.phones[told["from"]]
        key = maker.key if told["signed"] else ec.generate_private_key(ec.SECP256R1())
        made = Phone(maker.person, self.client, key, told["device_id"], seal=maker.seal)
        return made.sealed_file(*told["mutations"])

    @contextmanager
    def _dying(self, crash: str | None) -> Iterator[None]:
        """Death between two statements of a writing transaction, or right before its commit."""
        if crash not in ("before_commit", "between"):
            yield
            return
        steps = self.chance.randint(1, 4)

        def flushed(*_: Any) -> None:
            nonlocal steps
            steps -= 1
            if steps == 0:
                raise Died

        def commit(session: OrmSession) -> None:
            if not session.in_nested_transaction():
                raise Died

        name, listener = (
            ("after_flush", flushed) if crash == "between" else ("before_commit", commit)
        )
        event.listen(OrmSession, name, listener)
        try:
            yield
        finally:
            event.remove(OrmSession, name, listener)

    def _view(self, phone: Phone, told: dict[str, Any]) -> list[dict[str, Any]] | None:
        """With the last page: all that a pull from the start would bring this phone now."""
        page = told["json"] if "verdicts" not in told["json"] else told["json"].get("pull")
        if not page or (not page.get("same") and page["more"]):
            return None
        # Others may have written since this page's snapshot: then its reader is not up to date yet.
        if not page.get("same") and not phone.pull(cursor=page["next_cursor"]).get_json().get(
            "same"
        ):
            return None
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        cursor: str | None = None
        while True:
            answer = phone.pull(cursor=cursor, limit=2000).get_json()
            for change in answer.get("changes", []):
                if change["op"] == "put" and "row" in change:
                    rows[change["entity"], change["id"]] = change["row"]
            if answer.get("same") or not answer["more"]:
                return [{"entity": e, "id": i, "row": row} for (e, i), row in rows.items()]
            cursor = answer["next_cursor"]

    # -- what happens on the server ---------------------------------------------------------

    def _grant(self, user: int, household: uuid.UUID) -> None:
        with transaction(write=True):
            access.grant_household(
                user_id=self.people[user].user_id,
                household_id=household,
                area_id=COMMITTEE,
                cause="pairing",
                cause_id=uuid.uuid5(self.people[user].user_id, str(household)),
            )

    def lend(self, user: int, household: uuid.UUID, begins: int, ends: int) -> None:
        """A household for some minutes: it comes and goes by time alone."""
        with transaction(write=True):
            access.grant_household(
                user_id=self.people[user].user_id,
                household_id=household,
                area_id=COMMITTEE,
                cause="substitution",
                cause_id=new_id(),
                starts_at=clock.now() + timedelta(minutes=begins),
                ends_at=clock.now() + timedelta(minutes=ends),
            )

    def pool_task(self) -> dict[str, Any]:
        """A visit for whoever is free."""
        return assign(
            self.committee,
            household_id=self.chance.choice(self.households),
            assignee_id=None,
            due_to=clock.today() + timedelta(days=3),
        )

    def control(self, asked: dict[str, Any]) -> None:
        """Something people or operators do."""
        do = asked["do"]
        if do == "assign":
            household = uuid.UUID(asked["household"])
            if str(household) not in self._scope(asked["user"]):
                self._grant(asked["user"], household)
        elif do == "unassign":
            self._withdraw(asked["user"], uuid.UUID(asked["household"]))
        elif do == "edit":
            household = uuid.UUID(asked["household"])
            with transaction(write=True):
                db.session.execute(
                    text("UPDATE household SET display_name = :n WHERE id = :i"),
                    {"n": f"荀家{self.chance.randint(1, 99)}", "i": _raw(household)},
                )
                events.emit(HouseholdsChanged(COMMITTEE, (household,)))
        elif do == "pool_task":
            self.pool_task()
        elif do == "settle":
            self._settle(asked["n"], asked["how"])
        elif do == "revoke":
            with transaction(write=True):
                device = db.session.get(
                    Device, uuid.UUID(self.phones[asked["device"]].device_id or str(new_id()))
                )
                if device is not None:
                    device.revoked_at = clock.now()
        elif do == "backup":
            with transaction(write=False):
                through = epoch.clocks()
            self._copy("backup")
            self.has_backup = True
            with transaction(write=True):  # and it was tried
                epoch.backed_up(through)
        elif do == "restore" and self.has_backup:
            self._restore()

    def _withdraw(self, user: int, household: uuid.UUID) -> None:
        """Everything that gives this person the household ends: their tasks there too."""
        person = self.people[user].user_id
        with transaction(write=True):
            causes = db.session.execute(
                select(HouseholdAccess.cause, HouseholdAccess.cause_id)
                .where(HouseholdAccess.user_id == person, HouseholdAccess.household_id == household)
                .execution_options(**ALL)
            ).all()
            for cause, cause_id in set(causes):
                access.end_cause(cause, cause_id, user_id=person)

    def _settle(self, n: int, how: str) -> None:
        with transaction(write=True):
            open_ones = list(
                db.session.scalars(
                    select(QuarantineItem)
                    .where(QuarantineItem.state == "open")
                    .order_by(QuarantineItem.received_at, QuarantineItem.id)
                    .execution_options(**ALL)
                )
            )
            if not open_ones:
                return
            item = open_ones[n % len(open_ones)]
            if how == "accepted":
                try:
                    quarantine.accept(self.committee.actor, item, payload=None, reason="")
                    return
                except (quarantine.CannotAccept, ZeroDivisionError):
                    pass  # then it is closed with a reason
            quarantine.close(self.committee.actor, item, reason="已当面说明")

    def _copy(self, name: str) -> None:
        db.session.remove()
        if isinstance(self.databases, SqliteDatabases):
            with (
                closing(sqlite3.connect(self.databases.file)) as source,
                closing(sqlite3.connect(self.folder / f"{name}.db")) as target,
            ):
                source.backup(target)
            return
        assert isinstance(self.databases, PostgresDatabases)
        db.engine.dispose()
        one = self.databases
        one._run(
            f'DROP DATABASE IF EXISTS "{one.name}_{name}" WITH (FORCE)',
            f'CREATE DATABASE "{one.name}_{name}" TEMPLATE "{one.name}" STRATEGY FILE_COPY',
        )

    def _restore(self) -> None:
        db.session.remove()
        db.engine.dispose()
        if isinstance(self.databases, SqliteDatabases):
            file = self.databases.file
            for ending in ("-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
            shutil.copyfile(self.folder / "backup.db", file)
        else:
            assert isinstance(self.databases, PostgresDatabases)
            one = self.databases
            one._run(
                f'DROP DATABASE "{one.name}" WITH (FORCE)',
                f'CREATE DATABASE "{one.name}" TEMPLATE "{one.name}_backup" STRATEGY FILE_COPY',
            )
        pull._views.clear()
        pull._scopes.clear()  # what a process remembered ended with it
        blocks._kept.clear()
        if self.rotates:
            with transaction(write=True):
                epoch.rotate()

    # -- the truth --------------------------------------------------------------------------

    def _scope(self, user: int) -> list[str]:
        now = clock.now()
        with transaction(write=False):
            rows = db.session.scalars(
                select(HouseholdAccess)
                .where(HouseholdAccess.user_id == self.people[user].user_id)
                .execution_options(**ALL)
            )
            return sorted(
                {
                    str(row.household_id)
                    for row in rows
                    if row.starts_at <= now and (row.ends_at is None or row.ends_at > now)
                }
            )

    def truth(self) -> dict[str, Any]:
        """What is stored, counted in the tables, and whose household is whose."""
        return {**self.counted(), "households": {str(user): self._scope(user) for user in range(2)}}

    def counted(self) -> dict[str, Any]:
        """What is stored, counted in the tables."""
        with transaction(write=False):
            db.session.expire_all()
            now_epoch = db.session.scalar(select(SyncEpoch.epoch).where(SyncEpoch.id == 1))
            visits = db.session.scalars(
                select(Visit.mutation_id)
                .where(Visit.accepted_by.is_(None))
                .execution_options(**ALL)
            )
            applied = Counter(str(one) for one in visits)
            for handed_in in (PatrolFinding, PatrolReport):
                ids = select(handed_in.mutation_id).execution_options(**ALL)
                applied.update(str(one) for one in db.session.scalars(ids))
            for row in db.session.scalars(
                select(Ledger).where(Ledger.type.like("task.%")).execution_options(**ALL)
            ):
                if json.loads(row.verdict)["verdict"] == "applied":
                    applied[str(row.mutation_id)] += 1
            cases = list(db.session.scalars(select(QuarantineItem).execution_options(**ALL)))
        return {
            "epoch": str(now_epoch),
            "applied": dict(applied),
            "quarantined": [str(one.mutation_id) for one in cases],
            "open": [str(one.mutation_id) for one in cases if one.state == "open"],
        }


def _raw(value: uuid.UUID) -> Any:
    return value if is_postgresql() else value.hex


def _answer(status: int, body: Any) -> dict[str, Any]:
    return {
        "status": status,
        "json": body,
        "protocol": "1",
        "retryAfterS": None,
        "view": None,
        "died": False,
    }


@contextmanager
def new_village(kind: str) -> Iterator[Village]:
    """A village of its own on a database of its own, for the command."""
    with tempfile.TemporaryDirectory(prefix="linli-village-") as name:
        folder = Path(name)
        with make_databases(kind, folder) as databases:
            config = Config(
                data_dir=folder / "data",
                database_url=databases.url,
                keys_file=folder / "keys.json",
                mode="test",
                own_origins=("http://localhost",),
                pwa_dist=folder,
            )
            app = create_app(config)
            databases.build_template(app)
            with Village(app, databases, folder).running() as village:
                yield village
