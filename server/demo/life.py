"""Some weeks of life in the invented community, lived through the API by its people, up to today."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from server.demo import children, concerns, patrols, quarrels
from server.demo.hands import Browser, Phone, StepRefused, days_ago
from server.demo.people import COMMITTEE, Seeded, named
from server.demo.progress import Progress
from server.kit import clock
from server.kit.jobs.runner import run_now
from server.visits.own_questions import template

ROSTER = Path(__file__).parent / "roster-sample.xlsx"
READ_WITHIN = 180
HELPERS = ("荀竹砚", "谷听雨", "易小满", "麦晴川")
AGREED = (["带药盒", "看看血压计"], ["代买米面"], ["陪着说说话"], ["教用手机"])


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
        progress.once("own questions", lambda: _own_questions(head))
    _visits_made(app, seeded, homes, progress)
    _visits_to_make(app, seeded, homes, progress)
    _cadence(app, homes, progress)
    children.looked_after(app, seeded, progress)
    concerns.raised(app, seeded, progress)
    walkers = [named(name) for name in HELPERS[:2]]
    patrols.walk(app, named("康望晴"), walkers, seeded, progress)
    quarrels.settled(app, seeded, progress)
    quarrels.agreed_on(app, seeded, progress)
    quarrels.talked_over(app, seeded, progress, title=concerns.QUARREL)


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


def _own_questions(head: Browser) -> None:
    """What this committee asks beside the usual form: the sample's questions, asked of elders."""
    file = (io.BytesIO(template.build()), template.NAME)
    sent = head.call("POST", "/visit-questions/", data={"area_id": COMMITTEE, "file": file})
    if sent["id"] is None:
        raise StepRefused(f"the questions were not taken: {sent['problems']}")
    head.post(f"/visit-questions/{sent['id']}/confirm", {"forms": ["F2"], "cost_seen": True})


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


_HEADS = ("health", "mind", "safety", "hygiene", "living")
_LOOKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"health": ["medicine"]},
    {"health": ["moving"], "safety": ["gas"]},
    {"mind": ["low"]},
)
"""What was to be kept an eye on at an elder's, by head; the others were well."""


def _elders_check(number: int, said: dict[str, Any]) -> dict[str, Any]:
    """The same visit on the form for elders."""
    looked = _LOOKED[number % 4]
    heads = {
        head: {"state": "watch" if head in looked else "well", "signs": looked.get(head, [])}
        for head in _HEADS
    }
    return {**said, "form": "F2", "hazards": None, **heads}


def _elders_live_here(desk: Browser, home: str) -> bool:
    born = clock.today().replace(day=1, year=clock.today().year - 60).isoformat()
    people = desk.get(f"/households/{home}")["residents"]
    return any(one["birth_date"] and one["birth_date"] < born for one in people)


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
            said = _visit(home, task_id, **_SAID[number % 8])
            if said["met"] == "met" and _elders_live_here(desk, home):
                said = _elders_check(number, said)
            phones[helper].record("visit.record", said)

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
