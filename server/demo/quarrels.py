"""Three quarrels of the invented community: one settled, looked after and put away with its file, one agreed on and to be looked after these days, one being talked over."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask
from PIL import Image

from server.access.actor import Actor, Grant
from server.demo.hands import Browser, Phone, StepRefused, days_ago
from server.demo.people import COMMITTEE, Seeded, named
from server.demo.progress import Progress
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.mediation import service as mediation

MEDIATION = "/mediation/cases"
MEDIATOR = "池茉莉"
APPLICANT = {"side": "applicant", "name": "蓝雪芽", "sex": "female", "age": 63, "address": "1号楼2单元201"}  # fmt: skip
RESPONDENT = {"side": "respondent", "name": "穆松针", "sex": "male", "age": 41, "address": "1号楼2单元301"}  # fmt: skip
SETTLED: dict[str, Any] = {
    "area_id": COMMITTEE,
    "dispute_type": "neighbour",
    "source": "by_party",
    "title": "阳台浇花，水滴到楼下被子上",
    "summary": "楼上浇花的水滴到楼下晾的被子上，为这事吵过三回。",
    "claims": "以后别再滴水，洗被子的钱楼上出。",
    "parties": [APPLICANT, RESPONDENT],
}
AGREED: dict[str, Any] = {
    "form": "written", "facts": "浇花的水滴到楼下晾的被子上。",
    "issues": "以后怎么浇花，洗被子的钱谁出。", "responsibility": "楼上没留意，愿意承担。",
    "terms": ["花盆下面装接水盘。", "付洗被子的钱 60 元。"], "way": "当面付清", "place": "居委会调解室",
    "amount_fen": 6_000, "copies": 3,
}  # fmt: skip
FENCED: dict[str, Any] = {
    "area_id": COMMITTEE,
    "dispute_type": "neighbour",
    "source": "by_party",
    "title": "楼道里放鞋柜，过不去轮椅",
    "summary": "对门在楼道放了鞋柜和煤箱，老人的轮椅推不过去。",
    "claims": "把楼道腾出来。",
    "parties": [
        {"side": "applicant", "name": "岳竹汀", "sex": "male", "age": 71, "address": "5号楼1单元101"},
        {"side": "respondent", "name": "宿砚霜", "sex": "female", "age": 36, "address": "5号楼1单元102"},
    ],
}  # fmt: skip
CLEARED: dict[str, Any] = {
    "form": "written", "facts": "楼道放了鞋柜和煤箱，轮椅过不去。",
    "issues": "楼道的东西往哪儿放。", "responsibility": "都认可楼道不能堆东西。",
    "terms": ["鞋柜三天内搬进屋。", "煤箱挪到楼后的棚子里。"], "way": "自己搬", "place": "5号楼1单元",
    "amount_fen": None, "copies": 3,
}  # fmt: skip


class Case:
    """One case as its mediator drives it; every step names the version last seen."""

    def __init__(self, desk: Browser, path: str, body: dict[str, Any] | None = None) -> None:
        self.desk = desk
        self.told: dict[str, Any] = desk.post(path, body) if body else desk.get(path)

    @property
    def case(self) -> dict[str, Any]:
        found: dict[str, Any] = self.told["case"]
        return found

    @property
    def path(self) -> str:
        return f"{MEDIATION}/{self.case['id']}"

    def do(self, tail: str, *, method: str = "POST", **body: Any) -> None:
        said = {"version": self.case["version"], **body}
        self.told = self.desk.call(method, self.path + tail, json=said)

    def step(self, action: str, **more: Any) -> None:
        self.do("/steps", action=action, **more)

    def taken_on(self) -> None:
        """Accepted, rights told to both sides, begun."""
        self.step("accept")
        parties = [one["id"] for one in self.case["parties"]]
        self.do("/rights", party_ids=parties, way="spoken", on=clock.today().isoformat())
        self.step("begin")

    def talked(self, course: str, result: str, **more: Any) -> None:
        about = {
            "place": "居委会调解室",
            "participants": "双方",
            "course": course,
            "result": result,
        }
        self.do("/records", kind="session", held_at=clock.to_wire(clock.now()), **about, **more)


def settled(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Agreed, performed, looked after twice on the mediator's phone, put away with its file. Raises StepRefused."""
    mediator, phones = named(MEDIATOR), list[Phone]()

    def performed() -> None:
        _performed(
            Browser(app, mediator),
            SETTLED,
            "双方都认可：浇花时没留意楼下。穆松针愿意装接水盘。",
            AGREED,
        )

    def looked_again(nth: int) -> None:
        if phones:
            phones[0].log_in()
        else:
            phones.append(Phone(app, mediator))
        case = _titled(phones[0], "holding", SETTLED["title"]).case
        said = {"performed": "all", "satisfaction": "satisfied", "escalated": False, "sued": False}
        said |= {"on": clock.today().isoformat(), "hazards": "", "measures": "", "suit": ""}
        task = _follow_up(seeded.of(MEDIATOR), case["id"], nth)
        phones[0].record("mediation.follow_up", said, entity_id=task)

    def put_away() -> None:
        desk = phones[0] if phones else Phone(app, mediator)
        case = _titled(desk, "holding", SETTLED["title"]).case
        for _party in case["parties"]:
            picture = io.BytesIO()
            Image.new("RGB", (320, 200), "#dfe8e2").save(picture, "JPEG")
            picture.seek(0)
            paper = {"kind": "identity", "file": (picture, "证件.jpg")}
            desk.call("POST", f"/case-files/{case['id']}/papers", data=paper)
        body = {"version": case["version"], "keep": "long", "reason": ""}
        desk.post(f"/case-files/{case['id']}/archive", body)

    for days, name, story in (
        (50, "agreed", performed),
        (40, "looked at", partial(looked_again, 0)),
        (17, "looked at again", partial(looked_again, 1)),
        (17, "put away", put_away),
    ):
        progress.once(f"quarrel {name}", partial(_back_then, days, story))


def agreed_on(app: Flask, seeded: Seeded, progress: Progress) -> None:
    """Agreed on and performed: a week after its last day the mediator looks again, which is today. Raises StepRefused."""

    def story() -> None:
        course = "一起去看了楼道。宿砚霜说屋里腾好就搬，煤箱挪到棚子里。"
        _performed(Browser(app, named(MEDIATOR)), FENCED, course, CLEARED)

    progress.once("quarrel agreed on", partial(_back_then, 10, story))


def talked_over(app: Flask, seeded: Seeded, progress: Progress, *, title: str) -> None:
    """What a resident's concern of this title became: taken on, talked over once, to be gone on with. Raises StepRefused."""

    def seated() -> None:
        case = _titled(Browser(app, named("康望晴")), "talking", title)
        if case.case["parties"]:
            return
        for side, name, door in (("applicant", "祝风铃", "3号楼1单元402"), ("respondent", "戚砚池", "3号楼1单元502")):  # fmt: skip
            case.do("/parties", side=side, name=name, address=door)
        case.do("/seats", user_id=seeded.of(MEDIATOR), chosen_by="parties")

    def talked() -> None:
        case = _titled(Browser(app, named(MEDIATOR)), "talking", title)
        case.taken_on()
        case.talked("各自说了想法，约好周末一起去看看。", "again", next="周六上午九点，现场看")

    progress.once("quarrel seated", partial(_back_then, 5, seated))
    progress.once("quarrel talked over", partial(_back_then, 3, talked))


def _performed(
    desk: Browser, about: dict[str, Any], course: str, agreement: dict[str, Any]
) -> None:
    """From taken down to performed; what is begun already goes on from its agreement."""
    titles = [row["title"] for row in desk.get(MEDIATION, group="holding", page_size=100)["items"]]
    if about["title"] in titles:
        case = _titled(desk, "holding", about["title"])
    else:
        case = Case(desk, MEDIATION, about)
        case.taken_on()
        case.talked(course, "reached")
        last = (clock.today() + timedelta(days=3)).isoformat()
        case.do("/agreement", method="PUT", due_on=last, **agreement)
        for who in case.told["outlook"]["signers"]:
            case.do("/signatures", who=who, signed=True)
        case.step("conclude")
    for part in case.case["parts"]:
        case.do(f"/parts/{part['id']}", state="done", on=clock.today().isoformat())


def _back_then(days: float, story: Callable[[], None]) -> None:
    with days_ago(days):
        story()


def _titled(desk: Browser, group: str, title: str) -> Case:
    """The case of this title, as it now stands. Raises StepRefused."""
    for row in desk.get(MEDIATION, group=group, page_size=100)["items"]:
        if row["title"] == title:
            return Case(desk, f"{MEDIATION}/{row['id']}")
    raise StepRefused(f"{MEDIATION}: nothing {group} is called {title}")


def _follow_up(mediator: str, case_id: str, nth: int) -> str:
    """The task of a follow-up, as the mediator's phone knows it."""
    actor = Actor(uuid.UUID(mediator), grants=(Grant("mediator", COMMITTEE),))
    with transaction(write=False):
        return str(mediation.case(actor, uuid.UUID(case_id)).follow_ups[nth].task_id)
