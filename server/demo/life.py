"""Some weeks of life in the invented community, lived through the API by its people, up to today."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from server.access.actor import Actor, Grant
from server.demo import patrols
from server.demo.hands import Browser, Phone, StepRefused
from server.demo.people import COMMITTEE, PEOPLE, DemoPerson, Seeded
from server.demo.progress import Progress
from server.kit import clock
from server.kit.ids import new_id, new_secret
from server.kit.jobs.runner import run_now
from server.kit.unit_of_work import transaction
from server.residents.door_codes import service as door_codes

ROSTER = Path(__file__).parent / "roster-sample.xlsx"
READ_WITHIN = 180
HELPERS = ("荀竹砚", "谷听雨", "易小满", "麦晴川")
AGREED = (["带药盒", "看看血压计"], ["代买米面"], ["陪着说说话"], ["教用手机"])


def named(name: str) -> DemoPerson:
    return next(person for person in PEOPLE if person.name == name)


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """The clock of this process, some days back."""
    with clock.using(clock.SetClock(clock.now() - timedelta(days=days))):
        yield


def live(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Roster, door codes, pairings, visits and concerns; what was done before is not done again.

    Raises StepRefused.
    """
    with days_ago(45):
        head = Browser(app, named("康望晴"))
        progress.once("roster", lambda: _roster(head))
        progress.once("door codes", lambda: head.post("/door-codes/sheets", {"area_id": COMMITTEE}))
        homes = progress.kept("homes", lambda: _homes(head))
        _pairings(head, seeded, homes, progress)
        progress.once("a home twice", lambda: _twice(head, homes[2]))
    _visits_made(app, seeded, homes, progress)
    _visits_to_make(app, seeded, homes, progress)
    _cadence(app, homes, progress)
    _concerns(app, seeded, progress)
    walkers = [named(name) for name in HELPERS[:2]]
    patrols.walk(app, named("康望晴"), walkers, seeded, progress)


def _roster(head: Browser) -> None:
    file = (io.BytesIO(ROSTER.read_bytes()), "居民花名册.xlsx")
    told = head.call("POST", "/roster-imports/", data={"area_id": COMMITTEE, "file": file})
    path = f"/roster-imports/{told['id']}"
    for _ in range(READ_WITHIN * 5):
        told = head.get(path)
        if told["state"] != "reading":
            break
        time.sleep(0.2)
    if told["state"] != "preview":
        raise StepRefused(f"the roster was not read: {told['state']}")
    head.post(path + "/confirm")


def _twice(head: Browser, home: str) -> None:
    """Somebody was written down a second time, at the same door, and nobody has noticed."""
    told = head.get(f"/households/{home}")
    again = head.post("/households", {"area_id": COMMITTEE, "address": told["address"]})
    first = told["residents"][0]
    same = {name: first[name] for name in ("name", "relation", "birth_date")}
    head.post(f"/households/{again['id']}/residents", same)


def _homes(head: Browser) -> list[str]:
    """Households in care by id, the one with the greatest need first."""
    found = head.get("/tasks/care", area_id=COMMITTEE, which="all", order="need", page_size=200)
    return [str(home["household_id"]) for home in found["households"]]


def _pairings(head: Browser, seeded: Seeded, homes: list[str], progress: Progress) -> None:
    today = clock.today()

    def pair(number: int, home: str) -> None:
        head.post(
            "/pairings/",
            {
                "household_id": home,
                "helper_id": seeded.of(HELPERS[number % 4]),
                "content": ["companionship", "home_visit"],
                "frequency": "weekly" if number < 8 else "fortnightly",
                "start_on": today.isoformat(),
                "review_on": (today + timedelta(days=180)).isoformat(),
                "agreed": AGREED[number % 4],
                "home_agreed_how": "signature",
                "helper_told": number < 16,  # the last one waits on the volunteer's phone
            },
        )

    def agree_on_calls(home: str) -> None:
        people = head.get(f"/households/{home}")["residents"]
        with_phone = next((one for one in people if one.get("phone_masked")), None)
        if with_phone is not None:
            contact = {"resident_id": with_phone["id"], "relation": "本人", "agreed": True}
            head.post(f"/households/{home}/contacts", contact)

    for number, home in enumerate(homes[:17]):
        progress.once(f"pairing {number}", partial(pair, number, home))
        progress.once(f"contact {number}", partial(agree_on_calls, home))


def _give(desk: Browser, home: str, to: str | None, due: int, **more: Any) -> str:
    """A visit to make within some days, to a person or the pool; the task's id."""
    row = {
        "household_id": home,
        "assignee_id": to,
        "due_to": (clock.today() + timedelta(days=due)).isoformat(),
        **more,
    }
    result = desk.post("/tasks/assign", {"rows": [row]})["results"][0]
    if not result["ok"]:
        raise StepRefused(f"/tasks/assign: {result}")
    return str(result["task_id"])


def _visit(home: str, task_id: str, **answers: Any) -> dict[str, Any]:
    return {
        "household_id": home,
        "task_id": task_id,
        "visit_date": clock.today().isoformat(),
        "mode": "door",
        "purpose": "routine",
        "met": "met",
        "people_met": [],
        "family_changes": None,
        "needs": [],
        "hazards": [],
        "policies_told": [],
        "items_given": [],
        "opinion": None,
        "next_action": "none",
        "next_date": None,
        "duration_min": 20,
        "filled_for": None,
        "evidence": "qr",
        "code_generation": 1,
        "attachments": [],
        "form": "F1",
        "form_version": 1,
        **answers,
    }


_SAID: tuple[dict[str, Any], ...] = (
    {"needs": ["代买药"], "opinion": "药快吃完了，下周要再去配。"},
    {"hazards": ["gas"], "opinion": "灶台的软管老化了，答应换。", "next_action": "refer"},
    {"met": "not_met", "next_action": "revisit"},
    {"policies_told": ["高龄津贴"], "duration_min": 30},
    {"items_given": [{"name": "大米", "qty": 1, "unit": "袋"}]},
    {"met": "family", "opinion": "女儿在家，说老人最近睡得好。"},
    {"needs": ["修灯"], "opinion": "卫生间的灯一闪一闪。"},
    {"met": "hospitalised", "next_action": "revisit", "opinion": "邻居说上周住院了。"},
)


def _visits_made(app: Flask, seeded: Seeded, homes: list[str], progress: Progress) -> None:
    """Visits of the last weeks, recorded on the helpers' phones."""
    phones: dict[str, Phone] = {}

    def visit(number: int, home: str) -> None:
        helper = HELPERS[number % 4]
        if helper not in phones:
            with days_ago(21):
                phones[helper] = Phone(app, named(helper))
        with days_ago(20 - number * 1.4):
            desk = Browser(app, named("齐松砚"))
            task_id = _give(desk, home, seeded.of(helper), 2)
            phones[helper].log_in()
            phones[helper].record("visit.record", _visit(home, task_id, **_SAID[number % 8]))

    for number, home in enumerate(homes[:14]):
        progress.once(f"visit {number}", partial(visit, number, home))


def _visits_to_make(app: Flask, seeded: Seeded, homes: list[str], progress: Progress) -> None:
    """Today's work: somebody's own visits, one late, some for whoever has time."""

    def late() -> None:
        with days_ago(4):
            _give(Browser(app, named("水竹笺")), homes[16], seeded.of("荀竹砚"), 1)

    progress.once("a late visit", late)
    desk = Browser(app, named("水竹笺"))

    def give(home: str, to: str | None, due: int, note: str | None) -> None:
        _give(desk, home, to, due, note=note)

    for number, home in enumerate([*homes[4:10], *homes[17:23]]):
        to = seeded.of(HELPERS[number % 4])
        progress.once(f"own {number}", partial(give, home, to, number % 5, None))
    for number, home in enumerate(homes[29:34]):
        note = "上午去更好" if number == 1 else None
        progress.once(f"pool {number}", partial(give, home, None, number + 1, note))


def _cadence(app: Flask, homes: list[str], progress: Progress) -> None:
    """Levels somebody decided, visits moved with a reason, and what falls due by the calendar today."""

    def decide(home: str) -> None:
        head = Browser(app, named("康望晴"))
        path = f"/cadence/households/{home}"
        for person in head.get(path)["people"]:
            if person["suggested"] != "general":
                head.put(f"{path}/levels/{person['resident_id']}", {"level": person["suggested"]})

    def moved(home: str) -> None:
        with days_ago(2):
            desk = Browser(app, named("水竹笺"))
            waiting = desk.get("/tasks/", household_id=home, state="live")["tasks"]
            rows = [{"task_id": one["id"], "version": one["version"]} for one in waiting]
            if rows:
                day = (clock.today() + timedelta(days=5)).isoformat()
                words = "去女儿家住几天，回来再去"
                desk.post("/tasks/postpone", {"rows": rows, "due_to": day, "reason": words})

    for number, home in enumerate(homes[14:16]):
        progress.once(f"moved {number}", partial(moved, home))
    for number, home in enumerate(homes[:12]):
        progress.once(f"level {number}", partial(decide, home))
    progress.once("due visits", lambda: run_now(("tasks.due",)))


def _submit(app: Flask, door: str, category: str, words: str, **more: Any) -> str:
    """A concern of a passer-by at a door; its link."""
    link = new_secret(16)
    Browser(app).post(
        "/concerns/submit",
        {
            "submission_id": str(new_id()),
            "link": link,
            "door": door,
            "category": category,
            "description": words,
            "anonymous": False,
            **more,
        },
    )
    return link


def _doors(seeded: Seeded) -> list[str]:
    """What hangs on the doors, as a passer-by reads it."""
    head = Actor(uuid.UUID(seeded.of("康望晴")), grants=(Grant("committee_head", COMMITTEE),))
    with transaction(write=False):
        found = door_codes.doors(head, COMMITTEE)
    return [str(door.code.token) for door in found if door.code is not None]


def _concerns(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Concerns in every state people meet."""
    doors = _doors(seeded)

    def path_of(words: str) -> str:
        rows = Browser(app, named("康望晴")).get("/concerns/")["items"]
        return f"/concerns/{next(str(row['id']) for row in rows if row['title'] in words)}"

    def solved() -> None:
        lamp = "三层楼道灯坏了三天。晚上看不见台阶，老人不敢下楼。"
        with days_ago(9):
            link = _submit(app, doors[3], "property_mgmt", lamp, contact_phone="15400000031")
            desk, path = Browser(app, named("齐松砚")), path_of(lamp)
            desk.post(path + "/steps", {"action": "accept"})
            desk.post(path + "/assignment", {"handler": "物业 芦师傅"})
        with days_ago(7):
            desk = Browser(app, named("齐松砚"))
            desk.post(path + "/notes", {"text": "灯具到了，今天下午换。", "visible": True})
            desk.post(path + "/steps", {"action": "finish", "note": "三层的灯换好了。"})
        with days_ago(6):
            rating = {"link": link, "solved": "yes", "satisfaction": 5, "comment": "谢谢芦师傅"}
            Browser(app).post("/concerns/rate", rating)

    def waits_for_the_residents_word() -> None:
        full = "二号楼垃圾桶太少，一到周末就满出来。"
        with days_ago(5):
            _submit(app, doors[20], "environment", full, contact_phone="15400000032")
            desk, path = Browser(app, named("水竹笺")), path_of(full)
            desk.post(path + "/steps", {"action": "accept"})
            desk.post(path + "/assignment", {"handler": "环卫站"})
        with days_ago(1):
            desk = Browser(app, named("水竹笺"))
            desk.post(path + "/steps", {"action": "finish", "note": "加了两个桶，周日多收一次。"})

    def errand() -> None:
        chair = "楼上李大爷想有人帮着把旧轮椅抬下楼。"
        reporter = {"contact_name": "路先生", "contact_phone": "15400000033"}
        volunteer = {
            "to_user_id": seeded.of("谷听雨"),
            "place": "4号楼门口",
            "note": "抬一把旧轮椅",
        }
        with days_ago(3):
            _submit(app, doors[40], "elder_care", chair, **reporter)
            desk, path = Browser(app, named("齐松砚")), path_of(chair)
            desk.post(path + "/steps", {"action": "accept"})
            desk.post(path + "/assignment", volunteer)

    def urgent() -> None:
        with days_ago(1.2):
            words = "地下室一股煤气味，昨晚更重。"
            _submit(app, doors[60], "property_mgmt", words, anonymous=True)

    def fresh() -> None:
        with days_ago(0.1):
            words = "活动室晚上能不能开到九点？"
            _submit(app, doors[80], "culture", words, contact_phone="15400000034")

    for story in (solved, waits_for_the_residents_word, errand, urgent, fresh):
        progress.once(f"concern {story.__name__}", story)
