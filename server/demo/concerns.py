"""What residents of the invented community ask for, in every state people meet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask

from server.access.actor import Actor, Grant
from server.demo.hands import Browser, days_ago
from server.demo.people import COMMITTEE, Seeded, named
from server.demo.progress import Progress
from server.kit.ids import new_id, new_secret
from server.kit.jobs.runner import run_now
from server.kit.unit_of_work import transaction
from server.residents.door_codes import service as door_codes

QUARREL = "楼上半夜拖椅子，响到一两点"


class Story:
    """One concern from its first word on. Each act is marked, so one cut off anywhere is gone on with and not told twice.

    An act that was done and not yet marked is known by the line it left in the concern's history.
    """

    def __init__(self, app: Flask, progress: Progress, name: str) -> None:
        self.app, self.progress, self.name = app, progress, f"concern {name}"
        keys = progress.kept(f"{self.name} keys", lambda: [new_secret(16), str(new_id())])
        self.link, self.id = keys
        self.path = f"/concerns/{self.id}"
        self.acts = 0

    def submit(self, door: str, category: str, words: str, **more: Any) -> None:
        """A passer-by at a door; its keys are kept, so a second sending is the same concern."""
        self._once(
            lambda: Browser(self.app).post(
                "/concerns/submit",
                {
                    "submission_id": self.id,
                    "link": self.link,
                    "door": door,
                    "category": category,
                    "description": words,
                    "anonymous": False,
                    **more,
                },
            )
        )

    def by_reporter(self, path: str, **said: Any) -> None:
        """What the reporter says through their link; a second time is refused."""
        self._once(lambda: Browser(self.app).post(path, {"link": self.link, **said}))

    def act(self, by: Browser, tail: str, body: dict[str, Any], *, path: str = "") -> None:
        """Somebody of the committee acts on it."""

        def lines() -> int:
            return len(by.get(self.path)["lines"])

        before = self.progress.kept(f"{self.name} before {self.acts + 1}", lines)
        self._once(lambda: by.post(path or self.path + tail, body) if lines() == before else None)

    def _once(self, step: Callable[[], object]) -> None:
        self.acts += 1
        self.progress.once(f"{self.name} {self.acts}", step)


def _doors(seeded: Seeded) -> list[str]:
    """What hangs on the doors, as a passer-by reads it."""
    head = Actor(uuid.UUID(seeded.of("康望晴")), grants=(Grant("committee_head", COMMITTEE),))
    with transaction(write=False):
        found = door_codes.doors(head, COMMITTEE)
    return [str(door.code.token) for door in found if door.code is not None]


def raised(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Concerns in every state people meet. Raises StepRefused."""
    doors = _doors(seeded)

    def taken_on(
        told: Story, who: str, door: int, category: str, words: str, **more: Any
    ) -> Browser:
        """Sent in at a door, taken on by somebody of the committee and, but for one, called back; their desk."""
        told.submit(doors[door], category, words, **more)
        desk = Browser(app, named(who))
        told.act(desk, "/steps", {"action": "accept"})
        if "contact_name" not in more:
            reached = {"reached": True, "note": "问清楚了。", "visible": True}
            told.act(desk, "/contacts", reached)
        return desk

    def solved(told: Story) -> None:
        lamp = "三层楼道灯坏了三天。晚上看不见台阶，老人不敢下楼。"
        with days_ago(9):
            desk = taken_on(told, "齐松砚", 3, "property_mgmt", lamp, contact_phone="15400000031")
            told.act(desk, "/assignment", {"handler": "物业 芦师傅"})
        with days_ago(7):
            desk = Browser(app, named("齐松砚"))
            told.act(desk, "/notes", {"text": "灯具到了，今天下午换。", "visible": True})
            told.act(desk, "/steps", {"action": "finish", "note": "三层的灯换好了。"})
        with days_ago(6):
            told.by_reporter("/concerns/rate", solved="yes", satisfaction=5, comment="谢谢芦师傅")

    def waits_for_the_residents_word(told: Story) -> None:
        full = "二号楼垃圾桶太少，一到周末就满出来。"
        with days_ago(5):
            desk = taken_on(told, "水竹笺", 20, "environment", full, contact_phone="15400000032")
            told.act(desk, "/assignment", {"handler": "环卫站"})
        with days_ago(1):
            desk = Browser(app, named("水竹笺"))
            told.act(desk, "/steps", {"action": "finish", "note": "加了两个桶，周日多收一次。"})

    def errand(told: Story) -> None:
        chair = "楼上李大爷想有人帮着把旧轮椅抬下楼。"
        reporter = {"contact_name": "路先生", "contact_phone": "15400000033"}
        volunteer = {
            "to_user_id": seeded.of("谷听雨"),
            "place": "4号楼门口",
            "note": "抬一把旧轮椅",
        }
        with days_ago(3):
            desk = taken_on(told, "齐松砚", 40, "elder_care", chair, **reporter)
            told.act(desk, "/assignment", volunteer)

    def urgent(told: Story) -> None:
        with days_ago(1.2):
            words = "地下室一股煤气味，昨晚更重。"
            told.submit(doors[60], "property_mgmt", words, anonymous=True)

    def fresh(told: Story) -> None:
        with days_ago(0.1):
            words = "活动室晚上能不能开到九点？"
            told.submit(doors[80], "culture", words, contact_phone="15400000034")

    def objected(told: Story) -> None:
        parked = "三号楼门口总停着车，婴儿车出不去。"
        to = {"to_user_id": seeded.of("水竹笺"), "place": "3号楼门口", "note": "看看谁的车"}
        with days_ago(2):
            desk = taken_on(
                told, "齐松砚", 100, "public_safety", parked, contact_phone="15400000035"
            )
            told.act(desk, "/assignment", to)
        with days_ago(1.5):
            reason = "这块地归物业管，该请物业划线。"
            told.act(Browser(app, named("水竹笺")), "/objection", {"reason": reason})

    def more_time(told: Story) -> None:
        swing = "小广场的秋千链子断了一根。"
        with days_ago(5):
            desk = taken_on(told, "水竹笺", 120, "child_care", swing, contact_phone="15400000036")
            told.act(desk, "/steps", {"action": "request_extension", "note": "配件要等厂家发来。"})
        with days_ago(4):
            grant = {"action": "grant_extension", "note": "厂家下周发来配件，到了就装。"}
            told.act(Browser(app, named("康望晴")), "/steps", grant)

    def asked_again(told: Story) -> None:
        step = "单元门口的台阶缺了一角，老人容易绊。"
        with days_ago(44):
            desk = taken_on(told, "齐松砚", 140, "elder_care", step, contact_phone="15400000037")
            told.act(desk, "/steps", {"action": "finish", "note": "台阶补好了，边上加了扶手。"})
            told.by_reporter("/concerns/rate", solved="yes", satisfaction=4)
        run_now(("concerns.later",))
        told.by_reporter("/concerns/later", solved="yes")

    def quarrel(told: Story) -> None:
        words = f"{QUARREL}。说了几回还是这样。"
        with days_ago(6):
            desk = taken_on(told, "齐松砚", 160, "dispute", words, contact_phone="15400000038")
            to = {"concern_id": told.id, "dispute_type": "neighbour"}
            told.act(desk, "", to, path="/mediation/from-concern")

    stories = (
        solved, waits_for_the_residents_word, errand, objected, more_time, asked_again, quarrel,
        urgent, fresh,
    )  # fmt: skip
    for story in stories:
        name = story.__name__

        def tell(story: Callable[[Story], None] = story, name: str = name) -> bool:
            story(Story(app, progress, name))
            return True

        progress.kept(f"concern {name} told", tell)
