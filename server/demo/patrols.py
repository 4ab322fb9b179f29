"""The patrols of the present half month in the invented community: one found two things, one found nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask

from server.demo.hands import Browser, Phone
from server.demo.people import COMMITTEE, DemoPerson, Seeded
from server.demo.progress import Progress
from server.kit import clock
from server.kit.jobs.runner import run_now

_FOUND: tuple[dict[str, Any], ...] = (
    {"kind": "hazard", "type": "fire", "place": "2号楼1单元楼道", "summary": "楼道里堆着纸箱和旧沙发"},
    {
        "kind": "dispute", "type": "neighbour", "place": "2号楼1单元", "risk": "none", "level": "general",
        "source": "by_committee", "people_count": 2, "summary": "为了楼道里堆的东西吵过两回",
        "parties": [{"name": "荀霜叶", "phone": "15400000061"}, {"name": "葛石砚", "phone": "15400000062"}],
    },
)  # fmt: skip


def walk(app: Flask, head: DemoPerson, walkers: list[DemoPerson], seeded: Seeded, progress: Progress) -> None:  # fmt: skip
    """Give the grids out, let what is due fall due, and hand two of the patrols in. Raises StepRefused."""

    def give() -> None:
        desk = Browser(app, head)
        for number, place in enumerate(desk.get("/patrols/plan", area_id=COMMITTEE)["places"]):
            person = seeded.of(walkers[number % len(walkers)].name)
            wish = {"area_id": COMMITTEE, "grid": place["grid"], "person_id": person}
            desk.post("/patrols/plan/places", wish)

    def hand_in(walker: DemoPerson, found: tuple[dict[str, Any], ...]) -> None:
        rows = Browser(app, head).get("/patrols/", area_id=COMMITTEE)["rows"]
        mine = [row["id"] for row in rows if row["person_name"] == walker.name and row["state"] == "due"]  # fmt: skip
        if not mine:
            return
        phone = Phone(app, walker)
        for one in found:
            today = {"patrol_id": mine[0], "found_date": clock.today().isoformat()}
            phone.record("patrol.finding", {**one, **today})
        phone.record("patrol.report", {"patrol_id": mine[0], "zero": not found})

    def followed() -> None:
        desk = Browser(app, head)
        rows = desk.get("/patrols/findings", area_id=COMMITTEE, kind="hazard")["rows"]
        for row in rows:
            by = (clock.today() + timedelta(days=5)).isoformat()
            act = {"act": "follow", "version": row["version"], "due_on": by, "person_id": seeded.of("水竹笺")}  # fmt: skip
            desk.post(
                f"/patrols/findings/{row['id']}/steps", {**act, "note": "贴了通知，周末一起清"}
            )

    progress.once("patrols given", give)
    progress.once("patrols due", lambda: run_now(("patrols.due",)))
    progress.once("a patrol with findings", partial(hand_in, walkers[0], _FOUND))
    progress.once("a patrol with nothing", partial(hand_in, walkers[1], ()))
    progress.once("a hazard followed", followed)
