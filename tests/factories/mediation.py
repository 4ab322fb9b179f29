"""A quarrel and its steps through the API, the way mediators take them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from server.kit import clock
from tests.factories.areas import COMMITTEE
from tests.factories.people import Person

ALL_WAYS = ["administrative", "arbitration", "court"]


def party(side: str, name: str, **more: Any) -> dict[str, Any]:
    """A party as it is written down."""
    return {
        "side": side, "name": name, "sex": "female", "nation": "汉族", "age": 41,
        "occupation": "教师", "contact": "15400000041", "address": "5号楼1单元203", **more,
    }  # fmt: skip


def bring(client: FlaskClient, who: Person, quarrel: Quarrel, kind: str = "identity") -> Any:
    """A photographed paper for the file."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    data = {"kind": kind, "file": (io.BytesIO(out.getvalue()), "照片.jpg")}
    return who.call(client, "POST", f"/case-files/{quarrel.id}/papers", data=data)


@dataclass
class Quarrel:
    """One case as its mediator drives it; every call names the version last seen."""

    client: FlaskClient
    by: Person
    told: dict[str, Any] = field(default_factory=dict)

    def applied(self, **more: Any) -> Quarrel:
        """Applied for, with a party on each side."""
        body = {
            "area_id": COMMITTEE, "dispute_type": "neighbour", "source": "by_party",
            "title": "楼上漏水的事", "summary": "卫生间渗水，吊顶受潮。", "claims": "修好并赔偿。",
            "parties": [party("applicant", "田露纸"), party("respondent", "施雾笔", sex="male")],
            **more,
        }  # fmt: skip
        self._keep(self.call("POST", "", body), 201)
        return self

    def call(
        self, method: str, tail: str, body: dict[str, Any] | None = None, by: Person | None = None
    ) -> Any:
        path = "/mediation/cases" + (f"/{self.id}{tail}" if self.told else "")
        kwargs = (
            {}
            if method == "GET"
            else {"json": {**({"version": self.version} if self.told else {}), **(body or {})}}
        )
        return (by or self.by).call(self.client, method, path, **kwargs)

    def do(
        self, tail: str, body: dict[str, Any] | None = None, *, method: str = "POST",
        by: Person | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A call that is expected to succeed; the case as it then stands."""
        return self._keep(self.call(method, tail, body, by), 200)

    def step(self, action: str, by: Person | None = None, **more: Any) -> dict[str, Any]:
        """One step of the lifecycle."""
        return self.do("/steps", {"action": action, **more}, by=by)

    def refused(self, action: str, by: Person | None = None, **more: Any) -> dict[str, Any]:
        """The answer to a step that is expected to be refused."""
        answer = self.call("POST", "/steps", {"action": action, **more}, by)
        assert answer.status_code >= 400, answer.get_data(as_text=True)
        said: dict[str, Any] = answer.get_json()
        return said

    def seen(self, by: Person | None = None) -> dict[str, Any]:
        """The case as it stands."""
        return self._keep(self.call("GET", "", by=by), 200)

    def _keep(self, answer: Any, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.get_data(as_text=True)
        self.told = answer.get_json()
        case: dict[str, Any] = self.told["case"]
        return case

    @property
    def case(self) -> dict[str, Any]:
        found: dict[str, Any] = self.told["case"]
        return found

    @property
    def id(self) -> str:
        return str(self.case["id"])

    @property
    def version(self) -> int:
        return int(self.case["version"])

    def party(self, side: str = "applicant") -> str:
        """The id of the first party on a side."""
        return str(next(one["id"] for one in self.case["parties"] if one["side"] == side))

    # -- the way to an agreement ------------------------------------------------------------

    def mediating(self) -> Quarrel:
        """Taken on, rights told to both, begun."""
        self.step("accept")
        ids = [one["id"] for one in self.case["parties"]]
        self.do("/rights", {"party_ids": ids, "way": "written", "on": today()})
        self.step("begin")
        return self

    def session(self, result: str = "reached", course: str = "双方各说了想法。") -> Quarrel:
        """One session on record."""
        self.do("/records", record("session", result=result, course=course))
        return self

    def drafted(self, form: str = "written", days: int = 14, **more: Any) -> Quarrel:
        """The agreement written down."""
        self.do("/agreement", agreement(form, days, **more), method="PUT")
        return self

    def signed(self) -> Quarrel:
        """Everybody who has to has signed."""
        for one in self.told["outlook"]["signers"]:
            self.do("/signatures", {"who": one, "signed": True})
        return self

    def agreed(self, form: str = "written", **more: Any) -> Quarrel:
        """An agreement in effect."""
        self.mediating().session().drafted(form, **more).signed().step("conclude")
        return self

    def performed(self) -> Quarrel:
        """Every part done."""
        for part in self.case["parts"]:
            self.do(f"/parts/{part['id']}", {"state": "done", "on": today()})
        return self


def record(kind: str, **more: Any) -> dict[str, Any]:
    """An investigation, a session or a talk alone."""
    return {
        "kind": kind, "held_at": clock.to_wire(clock.now()), "place": "居委会调解室",
        "participants": "双方", "course": "看了现场。", **more,
    }  # fmt: skip


def agreement(form: str = "written", days: int = 14, **more: Any) -> dict[str, Any]:
    """An agreement as it is written down."""
    last = (clock.today() + timedelta(days=days)).isoformat()
    return {
        "form": form, "facts": "水管老化渗水。", "issues": "修墙的钱谁出。", "responsibility": "楼上。",
        "terms": ["换掉漏水的管子。", "修墙共 1,800 元。"], "way": "当面付清", "place": "5号楼1单元203",
        "due_on": last, "amount_fen": 180_000, "copies": 3, **more,
    }  # fmt: skip


def today() -> str:
    """Today as it travels."""
    return clock.today().isoformat()
