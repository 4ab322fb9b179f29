"""An invented committee with homes, a volunteer and visits, made through the product's own services and API."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from server.access import sessions
from server.access.actor import Actor, Grant, system
from server.access.rules import ROLE_PERMISSIONS
from server.accounts import service as accounts
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.residents.door_codes.repository import door_codes
from server.tasks import service as tasks
from tests.e2e.live import LiveServer
from tests.factories.areas import COMMITTEE

PASSWORD = "柏树-雪芽-窗台-2026"


@dataclass
class Human:
    """Somebody who can log in."""

    name: str
    phone: str
    id: uuid.UUID
    password: str = PASSWORD


@dataclass
class Home:
    """A household, its visit and what hangs on its door."""

    id: str
    name: str
    address: str
    task_id: str | None = None
    token: str = ""
    short_code: str = ""


@dataclass
class Village:
    """What a journey starts from."""

    server: LiveServer
    worker: Human
    volunteer: Human
    colleague: Human
    homes: list[Home] = field(default_factory=list)
    desk: Desk | None = None

    @property
    def origin(self) -> str:
        return self.server.origin

    def door(self, home: Home) -> str:
        """What the code on this door says."""
        return f"{self.origin}/q/{home.token}"


class Desk:
    """The committee worker at the API, for preparing what a journey does not show."""

    def __init__(self, server: LiveServer, human: Human) -> None:
        self.http = httpx.Client(
            base_url=server.origin + "/api/v1",
            headers={"X-Linli": "1"},
            timeout=30,
            verify=False,  # noqa: S501 - http on loopback (see live.PLAIN)
        )
        answer = self.call("POST", "/auth/login", phone=human.phone, password=human.password)
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self.http.request(method, path, json=body if method != "GET" else None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def home(self, name: str, address: str, phone: str) -> Home:
        made = self.call("POST", "/households", area_id=COMMITTEE, address=address)
        place = f"/households/{made['id']}"
        people = self.call("POST", f"{place}/residents", name=name, relation="head", phone=phone)
        resident = people["residents"][0]["id"]
        self.call("POST", f"{place}/contacts", resident_id=resident, relation="本人", agreed=True)
        return Home(made["id"], name, made["address"])

    def assign(self, home: Home, to: Human | None) -> Home:
        """A visit for today, to a person or to whoever takes it."""
        row = {"household_id": home.id, "assignee_id": str(to.id) if to else None}
        answer = self.call("POST", "/tasks/assign", rows=[row | {"due_to": str(clock.today())}])
        assert answer["results"][0]["ok"], answer
        home.task_id = answer["results"][0]["task_id"]
        return home


def long_ago(days: int) -> AbstractContextManager[object]:
    """The clock of this process, some days back: for what began before the journey."""
    return clock.using(clock.SetClock(clock.now() - timedelta(days=days)))


def assign_days_ago(village: Village, home: Home, days: int) -> Home:
    """A visit that was due some days ago, assigned then, so that it is late today."""
    with (
        village.server.app.app_context(),
        long_ago(days),
        transaction(write=True),
    ):
        row = {
            "task_id": None, "version": None, "household_id": uuid.UUID(home.id),
            "assignee_id": village.volunteer.id, "due_from": None, "due_to": clock.today(),
            "agreed_day": False, "mode": None, "purpose": None, "note": None,
        }  # fmt: skip
        answer = tasks.assign(acting(village.worker), [row])[0]
        assert answer["ok"], answer
        home.task_id = str(answer["task_id"])
    return home


def make_person(server: LiveServer, name: str, phone: str, role: str) -> Human:
    with server.app.app_context(), long_ago(40), transaction(write=True):
        user = accounts.create_person(
            name=name, phone=phone, password=PASSWORD,
            role_in=[(role, COMMITTEE)], by=system("an invented community for a test"),
        )  # fmt: skip
        return Human(name, phone, user.id)


def acting(human: Human, role: str = "committee") -> Actor:
    """This person at work, for what a journey prepares inside the process."""
    return Actor(human.id, grants=(Grant(role, COMMITTEE),), permissions=ROLE_PERMISSIONS[role])


def print_doors(village: Village) -> None:
    """Stickers for every home; what is printed on them is read back from the product's own records."""
    assert village.desk is not None
    village.desk.call("POST", "/door-codes/sheets", area_id=COMMITTEE)
    with village.server.app.app_context(), transaction(write=False):
        printed = door_codes.of_households(
            acting(village.worker), [uuid.UUID(home.id) for home in village.homes]
        )
        for code in printed:
            for home in village.homes:
                if home.id == str(code.household_id):
                    home.token, home.short_code = str(code.token), str(code.short_code)


def make_village(server: LiveServer) -> Village:
    """A worker, a volunteer and a colleague of theirs; the server is running."""
    worker = make_person(server, "纪墨晴", "15400000010", "committee")
    volunteer = make_person(server, "柏雪芽", "15400000011", "volunteer")
    colleague = make_person(server, "荀竹砚", "15400000012", "volunteer")
    return Village(server, worker, volunteer, colleague, desk=Desk(server, worker))


def settle(village: Village) -> Village:
    """Three homes with visits for the volunteer, one late, and their doors' codes."""
    desk = village.desk
    assert desk is not None
    village.homes = [
        assign_days_ago(village, desk.home("蒲霜笺", "3号楼2单元501", "15400000021"), 3),
        desk.assign(
            desk.home("阿依云朵露·松帆塔格砚雨", "12号楼3单元1704", "15400000022"),
            village.volunteer,
        ),
        desk.assign(desk.home("葛谷初", "1号楼1单元102", "15400000023"), village.volunteer),
    ]
    print_doors(village)
    return village


def settled_once(template: Path, folder: Path) -> Village:
    """The village settled on a server that is stopped again: what each journey begins from a copy of."""
    server = LiveServer(folder, template)
    server.start()
    try:
        village = settle(make_village(server))
        with server.app.app_context(), transaction(write=True):
            sessions.end_all(village.worker.id, "logged_out")
        return village
    finally:
        server.stop()


def settled_again(kept: Village, server: LiveServer) -> Village:
    """The same village on a running server that began from a copy of its files."""
    homes = [replace(home) for home in kept.homes]
    return replace(kept, server=server, homes=homes, desk=Desk(server, kept.worker))


def stored_visits(village: Village) -> list[dict[str, Any]]:
    """What the committee holds of the village's homes, oldest arrival first, with all answers."""
    assert village.desk is not None
    mine = {home.id for home in village.homes}
    lines = village.desk.call("GET", "/visits/")["rows"]
    found = [
        village.desk.call("GET", f"/visits/{line['id']}")
        for line in lines
        if line["household_id"] in mine
    ]
    return sorted(found, key=lambda one: str(one["received_at"]))
