"""The rules: what two people with two to four phones, their committee and its operator do, in any order."""

from __future__ import annotations

import random
import sys
import uuid
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.factories.visits import f1
from tests.sync.machine.device import Device, must
from tests.sync.machine.entitled import entitled, held
from tests.sync.simulation.village import POISON, Village

QUIRKS = {"maxCount": 500, "pageSize": 500, "locks": True, "forgetsDrops": False}
TEAMS = ((0, 1), (0, 0, 1), (0, 1, 1, 0))
FATES = ("arrives", "arrives", "arrives", "lost", "before_commit", "between")
"""Of a message: its answer comes, or is lost, or the server dies over it."""
SOME = st.integers(0, 11)


class Machine(RuleBasedStateMachine):
    """Drawn steps; after each of them nothing recorded is lost or doubled, and a phone at rest holds what it should."""

    def __init__(self, village: Village, *, each_step: bool = False) -> None:
        super().__init__()
        self.village, self.each_step = village, each_step
        self.devices: list[Device] = []
        self.tasks: list[str] = []
        self.excused: set[str] = set()
        self.steps = 0
        self.moved, self.counted = (
            0,
            -1,
        )  # what happened on the server, and how much of it was checked

    # -- the beginning ----------------------------------------------------------------------

    @initialize(team=st.sampled_from(TEAMS), seed=st.integers(0, 999))
    def move_in(self, team: tuple[int, ...], seed: int) -> None:
        told = self.village.reset(seed, dict(QUIRKS), team)
        self.tasks = told["tasks"]
        self.devices = [Device(phone.enrol()) for phone in self.village.phones]

    def _device(self, n: int) -> Device:
        return self.devices[n % len(self.devices)]

    def _home(self, n: int) -> uuid.UUID:
        return self.village.households[n % len(self.village.households)]

    # -- on the phones ----------------------------------------------------------------------

    @rule(n=SOME, home=SOME, poisoned=st.sampled_from((False, False, False, True)))
    def record_a_visit(self, n: int, home: int, poisoned: bool) -> None:
        self._device(n).record(
            "visit.record", f1(self._home(home), opinion=POISON if poisoned else "好")
        )

    @rule(n=SOME, which=SOME)
    def correct_a_visit(self, n: int, which: int) -> None:
        device = self._device(n)
        visits = [one for one in device.recorded if one["type"] == "visit.record"]
        if visits:
            first = visits[which % len(visits)]
            payload = {**first["payload"], "amends": first["entity_id"], "opinion": f"改{which}"}
            device.record("visit.amend", payload, depends_on=[first["mutation_id"]])

    @rule(n=SOME, which=SOME, kind=st.sampled_from(("task.claim", "task.decline")))
    def take_or_leave_a_task(self, n: int, which: int, kind: str) -> None:
        payload = {"reason": "away"} if kind == "task.decline" else {}
        task = uuid.UUID(self.tasks[which % len(self.tasks)])
        self._device(n).record(kind, payload, entity_id=task)

    @rule(n=SOME, kind=st.sampled_from(("hazard", "dispute")))
    def find_something_on_a_patrol(self, n: int, kind: str) -> None:
        said = {
            "patrol_id": self.village.patrol,
            "kind": kind,
            "type": "other",
            "summary": "看到了",
        }
        self._device(n).record("patrol.finding", said)

    @rule(n=SOME, zero=st.booleans())
    def hand_a_patrol_in(self, n: int, zero: bool) -> None:
        said = {"patrol_id": self.village.patrol, "zero": zero}
        self._device(n).record("patrol.report", said)

    # -- on the line ------------------------------------------------------------------------

    @rule(
        n=SOME, part=st.integers(1, 9), again=st.integers(0, 3), shuffled=st.booleans(),
        fate=st.sampled_from(FATES), pulling=st.booleans(),
    )  # fmt: skip
    def push(self, n: int, part: int, again: int, shuffled: bool, fate: str, pulling: bool) -> None:
        device = self._device(n)
        entries = list(device.waiting.values())[: part if part < 9 else None]
        entries += [told.entry for told in list(device.archive.values())[:again]]
        entries += entries[: again // 3]
        if shuffled:
            random.Random(part * 7 + again).shuffle(entries)
        self._push(device, entries, fate, pulling)

    @rule(n=SOME, fate=st.sampled_from(FATES))
    def an_evening(self, n: int, fate: str) -> None:
        """Everything that waits goes out, and the first page of the news comes back with it."""
        device = self._device(n)
        self._push(device, list(device.waiting.values()), fate, pulling=True)

    def _push(
        self, device: Device, entries: list[dict[str, Any]], fate: str, pulling: bool
    ) -> None:
        phone = device.phone
        cursor = (
            {"want_pull": True, "cursor": phone.cursor} if pulling and not device.revoked else {}
        )
        body = phone.request(entries, **cursor)
        device.sending(entries)
        told = self._deliver(device, {"kind": "push", "body": body}, fate)
        if told is None:
            return
        must(told["json"]["batch_id"] == body["batch_id"], "the answer to another batch")
        device.settle(entries, told["json"]["verdicts"])
        page = told["json"].get("pull")
        if page is not None:
            self._keep(device, page)
        device.say_goodbye()

    @rule(
        n=SOME, size=st.sampled_from((1, 2, 5, 500)), pages=st.integers(1, 4),
        fate=st.sampled_from(("arrives", "arrives", "arrives", "lost", "phone_dies")),
    )  # fmt: skip
    def pull(self, n: int, size: int, pages: int, fate: str) -> None:
        for left in range(pages, 0, -1):
            if not self._pull(self._device(n), size, fate if left == 1 else "arrives"):
                return

    @rule(n=SOME)
    def a_morning(self, n: int) -> None:
        """The app asks until there is nothing new."""
        self._drain(self._device(n))

    def _pull(self, device: Device, size: int, fate: str) -> bool:
        """Whether more is to come."""
        if device.revoked:
            return False
        self.village.quirks["pageSize"] = size
        asked = {"kind": "pull", "body": {"mutations": []}, "cursor": device.phone.cursor}
        told = self._deliver(device, asked, "arrives" if fate == "phone_dies" else fate)
        return told is not None and self._keep(device, told["json"], dies=fate == "phone_dies")

    def _deliver(self, device: Device, asked: dict[str, Any], fate: str) -> dict[str, Any] | None:
        """The answer, when it came and was of use; what else it said has been done."""
        if asked["kind"] == "push":
            self.moved += 1
        nonce = device.phone.nonce
        at = self.devices.index(device)
        crash = fate if fate in ("before_commit", "between") else None
        told = self.village.deliver({"device": at, "crash": crash, **asked})
        if told["died"] or fate == "lost":
            device.phone.nonce = nonce
            return None
        if told["status"] == 200:
            return told
        error = told["json"].get("error")
        if error == "sync.epoch_changed":
            device.begin_again(told["json"]["details"])
        elif error == "sync.device_revoked":
            device.taken_back()
        elif told["status"] == 410:
            device.forget()
        else:
            must(told["status"] == 503, f"answered {told['status']} {told['json']}")
        return None

    def _keep(self, device: Device, page: dict[str, Any], *, dies: bool = False) -> bool:
        shown = {
            change["household_id"]: change["entity"]
            for change in page.get("changes", [])
            if change["op"] == "put" and "household_id" in change
        }
        foreign = shown and shown.keys() - set(self.village._scope(self._user(device)))
        must(not foreign, f"a page shows {[(home, shown[home]) for home in foreign]}")
        device.keep(page, dies=dies)
        if dies:
            return False
        if page.get("same") or not page["more"]:
            self._at_rest(device)
            return False
        return True

    def _user(self, device: Device) -> int:
        return next(
            i
            for i, one in enumerate(self.village.people)
            if one.user_id == device.phone.person.user_id
        )

    # -- in the committee -------------------------------------------------------------------

    def _control(self, do: str, **more: Any) -> None:
        self.moved += 1
        self.village.control({"do": do, **more})

    @rule(user=st.integers(0, 1), home=SOME)
    def assign(self, user: int, home: int) -> None:
        self._control("assign", user=user, household=str(self._home(home)))

    @rule(user=st.integers(0, 1), home=SOME)
    def withdraw(self, user: int, home: int) -> None:
        self._control("unassign", user=user, household=str(self._home(home)))

    @rule(user=st.integers(0, 1), home=SOME, begins=st.integers(0, 3), minutes=st.integers(1, 9))
    def lend(self, user: int, home: int, begins: int, minutes: int) -> None:
        self.moved += 1
        self.village.lend(user, self._home(home), begins, begins + minutes)
        self.village.clock.move(timedelta(minutes=minutes // 2))

    @rule(what=st.sampled_from(("edit", "pool", "accepted", "closed", "time")), n=SOME)
    def a_day_goes_on(self, what: str, n: int) -> None:
        if what == "edit":
            self._control("edit", household=str(self._home(n)))
        elif what == "time":
            self.moved += 1
            self.village.clock.move(timedelta(minutes=n))
        elif what != "pool":
            self._control("settle", n=n, how=what)
        elif (told := self.village.pool_task())["ok"]:
            self.moved += 1
            self.tasks.append(str(told["task_id"]))

    @rule(what=st.sampled_from(("backup", "backup", "restore", "revoke", "counter")), n=SOME)
    def now_and_then(self, what: str, n: int) -> None:
        if what == "counter":  # a phone was set up again from an old copy
            self._device(n).phone.seq = 0
        elif what == "revoke" and n < len(self.devices):
            self._control("revoke", device=n)
        elif what == "backup":
            self._control("backup")
        elif what == "restore" and self.village.has_backup:
            for device in self.devices:
                if device.wiped:  # it had handed everything in and kept nothing
                    gone = {one["mutation_id"] for one in device.recorded}
                    self.excused |= gone - set(device.waiting)
            self._control("restore")

    # -- what must hold ---------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if self.counted == self.moved or not self.devices:
            return
        self.counted = self.moved
        truth = self.village.counted()
        applied, kept = truth["applied"], set(truth["quarantined"])
        for device in self.devices:
            lagging = device.phone.epoch != truth["epoch"]
            for entry in device.recorded:
                one = entry["mutation_id"]
                there = applied.get(one, 0) + (one in kept)
                must(
                    there <= 1,
                    f"I2: {one} has {applied.get(one, 0)} effects, in quarantine: {one in kept}",
                )
                here = one in device.waiting or (lagging and one in device.archive)
                must(there or here or one in self.excused, f"I1: {one} is nowhere")
                answered = one in device.archive and not lagging
                must(there or not answered, f"I1: {one} was acknowledged and is not there")

    @invariant()
    def a_phone_at_rest_holds_what_it_should(self) -> None:
        self.steps += 1
        if self.each_step and self.devices:
            self._drain(self.devices[self.steps % len(self.devices)])

    def _drain(self, device: Device) -> None:
        for _ in range(60):
            if not self._pull(device, 500, "arrives") and (device.phone.cursor or device.revoked):
                return
        must(False, "L: a pull that never ends")

    def _at_rest(self, device: Device) -> None:
        if device.compared == self.moved:
            return
        device.compared = self.moved
        person = self.village.people[self._user(device)]
        should, has = entitled(person, device.phone.device_id), held(device.phone)
        for key in should.keys() | has.keys():
            must(key in should, f"I4: the phone still holds {key}")
            must(key in has, f"I3: the phone lacks {key}")
            must(should[key] == has[key], f"I3: {key} is {has[key]}, should be {should[key]}")
        homes = {one for entity, one in has if entity == "household"}
        must(homes == set(self.village._scope(self._user(device))), "I3: not its households")

    def teardown(self) -> None:
        """At the end everything is handed in and every phone comes to rest."""
        if sys.exc_info()[0] is not None:
            return  # a step has told what is broken
        self.village.quirks["locks"] = False
        for device in self.devices:
            for _ in range(40):
                if not device.waiting:
                    break
                self._push(device, list(device.waiting.values()), "arrives", False)
            must(not device.waiting, f"L: still waiting: {list(device.waiting.values())[:1]}")
        self.nothing_is_lost_or_doubled()
        for device in self.devices:
            self._drain(device)
