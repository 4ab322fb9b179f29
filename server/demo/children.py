"""Children of the invented community, their director, and what was agreed to about one of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask

from server.demo.hands import Browser, StepRefused, days_ago
from server.demo.people import COMMITTEE, Seeded, named
from server.demo.progress import Progress
from server.kit import clock

DIRECTOR = "阮青竹"
VISITED = 3
YES: dict[str, Any] = {
    "purpose": "child_check",
    "text_version": 1,
    "method": "signature",
    "given_by": "guardian",
    "guardian": {"name": "岑溪雨", "relation": "奶奶", "phone": "15400000039"},
}


def looked_after(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Some children's homes are the director's to visit; for the first child somebody has agreed. Raises StepRefused."""
    head = Browser(app, named("康望晴"))
    children = [
        one
        for one in head.get("/consents/children", area_id=COMMITTEE)
        if one["speaks"] == "guardian"
    ]
    homes = list(dict.fromkeys(str(one["household_id"]) for one in children))[:VISITED]

    def visit(home: str, due: int) -> None:
        day = (clock.today() + timedelta(days=due)).isoformat()
        row = {"household_id": home, "assignee_id": seeded.of(DIRECTOR), "due_to": day}
        told = head.post("/tasks/assign", {"rows": [row]})["results"][0]
        if not told["ok"]:
            raise StepRefused(f"/tasks/assign: {told}")

    def agreed() -> None:
        with days_ago(9):
            Browser(app, named(DIRECTOR)).post(
                f"/consents/children/{children[0]['resident_id']}", YES
            )

    for number, home in enumerate(homes):
        progress.once(f"child's home {number}", partial(visit, home, number))
    if children:
        progress.once("a consent", agreed)
