"""What residents of the invented community ask for, in every state people meet."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

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


class Taken(NamedTuple):
    """A concern the committee works on: the resident's link, and who took it on."""

    link: str
    path: str
    desk: Browser


def _submit(app: Flask, door: str, category: str, words: str, **more: Any) -> tuple[str, str]:
    """A concern of a passer-by at a door; its link, and where the committee finds it."""
    link, made = new_secret(16), str(new_id())
    Browser(app).post(
        "/concerns/submit",
        {
            "submission_id": made,
            "link": link,
            "door": door,
            "category": category,
            "description": words,
            "anonymous": False,
            **more,
        },
    )
    return link, f"/concerns/{made}"


def _doors(seeded: Seeded) -> list[str]:
    """What hangs on the doors, as a passer-by reads it."""
    head = Actor(uuid.UUID(seeded.of("康望晴")), grants=(Grant("committee_head", COMMITTEE),))
    with transaction(write=False):
        found = door_codes.doors(head, COMMITTEE)
    return [str(door.code.token) for door in found if door.code is not None]


def raised(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Concerns in every state people meet. Raises StepRefused."""
    doors = _doors(seeded)

    def taken_on(who: str, door: int, category: str, words: str, **more: Any) -> Taken:
        """Sent in at a door, taken on by somebody of the committee and, but for one, called back."""
        link, path = _submit(app, doors[door], category, words, **more)
        desk = Browser(app, named(who))
        desk.post(path + "/steps", {"action": "accept"})
        if "contact_name" not in more:
            desk.post(path + "/contacts", {"reached": True, "note": "问清楚了。", "visible": True})
        return Taken(link, path, desk)

    def solved() -> None:
        lamp = "三层楼道灯坏了三天。晚上看不见台阶，老人不敢下楼。"
        with days_ago(9):
            told = taken_on("齐松砚", 3, "property_mgmt", lamp, contact_phone="15400000031")
            told.desk.post(told.path + "/assignment", {"handler": "物业 芦师傅"})
        with days_ago(7):
            desk = Browser(app, named("齐松砚"))
            desk.post(told.path + "/notes", {"text": "灯具到了，今天下午换。", "visible": True})
            desk.post(told.path + "/steps", {"action": "finish", "note": "三层的灯换好了。"})
        with days_ago(6):
            rating = {
                "link": told.link,
                "solved": "yes",
                "satisfaction": 5,
                "comment": "谢谢芦师傅",
            }
            Browser(app).post("/concerns/rate", rating)

    def waits_for_the_residents_word() -> None:
        full = "二号楼垃圾桶太少，一到周末就满出来。"
        with days_ago(5):
            told = taken_on("水竹笺", 20, "environment", full, contact_phone="15400000032")
            told.desk.post(told.path + "/assignment", {"handler": "环卫站"})
        with days_ago(1):
            desk = Browser(app, named("水竹笺"))
            desk.post(
                told.path + "/steps", {"action": "finish", "note": "加了两个桶，周日多收一次。"}
            )

    def errand() -> None:
        chair = "楼上李大爷想有人帮着把旧轮椅抬下楼。"
        reporter = {"contact_name": "路先生", "contact_phone": "15400000033"}
        volunteer = {
            "to_user_id": seeded.of("谷听雨"),
            "place": "4号楼门口",
            "note": "抬一把旧轮椅",
        }
        with days_ago(3):
            told = taken_on("齐松砚", 40, "elder_care", chair, **reporter)
            told.desk.post(told.path + "/assignment", volunteer)

    def urgent() -> None:
        with days_ago(1.2):
            words = "地下室一股煤气味，昨晚更重。"
            _submit(app, doors[60], "property_mgmt", words, anonymous=True)

    def fresh() -> None:
        with days_ago(0.1):
            words = "活动室晚上能不能开到九点？"
            _submit(app, doors[80], "culture", words, contact_phone="15400000034")

    def objected() -> None:
        parked = "三号楼门口总停着车，婴儿车出不去。"
        to = {"to_user_id": seeded.of("水竹笺"), "place": "3号楼门口", "note": "看看谁的车"}
        with days_ago(2):
            told = taken_on("齐松砚", 100, "public_safety", parked, contact_phone="15400000035")
            told.desk.post(told.path + "/assignment", to)
        with days_ago(1.5):
            reason = "这块地归物业管，该请物业划线。"
            Browser(app, named("水竹笺")).post(told.path + "/objection", {"reason": reason})

    def more_time() -> None:
        swing = "小广场的秋千链子断了一根。"
        with days_ago(5):
            told = taken_on("水竹笺", 120, "child_care", swing, contact_phone="15400000036")
            told.desk.post(
                told.path + "/steps", {"action": "request_extension", "note": "配件要等厂家发来。"}
            )
        with days_ago(4):
            grant = {"action": "grant_extension", "note": "厂家下周发来配件，到了就装。"}
            Browser(app, named("康望晴")).post(told.path + "/steps", grant)

    def asked_again() -> None:
        step = "单元门口的台阶缺了一角，老人容易绊。"
        with days_ago(44):
            told = taken_on("齐松砚", 140, "elder_care", step, contact_phone="15400000037")
            told.desk.post(
                told.path + "/steps", {"action": "finish", "note": "台阶补好了，边上加了扶手。"}
            )
            Browser(app).post(
                "/concerns/rate", {"link": told.link, "solved": "yes", "satisfaction": 4}
            )
        run_now(("concerns.later",))
        Browser(app).post("/concerns/later", {"link": told.link, "solved": "yes"})

    def quarrel() -> None:
        words = f"{QUARREL}。说了几回还是这样。"
        with days_ago(6):
            told = taken_on("齐松砚", 160, "dispute", words, contact_phone="15400000038")
            to = {"concern_id": told.path.rpartition("/")[2], "dispute_type": "neighbour"}
            told.desk.post("/mediation/from-concern", to)

    stories = (
        solved, waits_for_the_residents_word, errand, objected, more_time, asked_again, quarrel,
        urgent, fresh,
    )  # fmt: skip
    for story in stories:
        progress.once(f"concern {story.__name__}", story)
