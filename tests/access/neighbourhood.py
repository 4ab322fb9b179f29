"""One committee with one of everything that has an id, so that every route can be tried on a real thing."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.attachments.models import Attachment
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.roster_import import jobs
from tests.factories.areas import COMMITTEE
from tests.factories.concerns import Reporter
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.questions import asked
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1

CANARY = "梅花落在窗台上"
"""Words said at a door; they may never be read outside the committee."""
PHONE = "15400000077"
ROSTER = "姓名,楼栋门牌,联系电话\n茅雨砚,3号楼1单元204,15400000078\n"


@dataclass
class Neighbourhood:
    """The committee's head, a volunteer, and the id of one thing of each kind."""

    head: Person
    volunteer: Person
    ids: dict[str, str] = field(default_factory=dict)


def _made(answer: Any) -> Any:
    assert answer.status_code in (200, 201, 202), answer.get_data(as_text=True)
    return answer.get_json()


def build(client: FlaskClient) -> Neighbourhood:
    """Made through the API wherever it has a verb for it."""
    head = make_named("康望晴", "committee_head")
    volunteer = make_named("荀竹砚")
    place = Neighbourhood(head, volunteer)
    ids = place.ids

    def post(path: str, body: Any, method: str = "POST") -> Any:
        return _made(head.call(client, method, path, json=body))

    home = post("/households", {"area_id": COMMITTEE, "address": "3号楼2单元501"})["id"]
    resident = post(
        f"/households/{home}/residents", {"name": "蒲霜笺", "relation": "head", "phone": PHONE}
    )
    ids["household_id"], ids["resident_id"] = home, resident["residents"][0]["id"]
    card = post(
        f"/households/{home}/contacts",
        {"resident_id": ids["resident_id"], "relation": "本人", "agreed": True},
    )
    ids["contact_id"] = card["contacts"][0]["id"]
    task = give_visit(head, uuid.UUID(home), volunteer)
    ids["task_id"] = str(task)
    today = clock.today()
    ids["pairing_id"] = post(
        "/pairings/",
        {
            "household_id": home, "helper_id": str(volunteer.user_id), "content": ["home_visit"],
            "frequency": "weekly", "start_on": today.isoformat(),
            "review_on": (today + timedelta(days=90)).isoformat(),
            "home_agreed_how": "signature", "helper_told": True,
        },
    )["id"]  # fmt: skip
    ids["sheet_id"] = str(print_codes(head, uuid.UUID(home)))
    with transaction(write=False):
        pass
    door = codes_of(head, uuid.UUID(home))[0].token
    ids["concern_id"] = Reporter(client, str(door), description=CANARY).concern_id
    written = {"area_id": COMMITTEE, "kind": "petition", "name": "云溪区信访接待室"}
    book = post("/concern-rules/offices", written)["offices"]
    ids["office_id"] = next(one["id"] for one in book if one["id"])
    said = {"area_id": COMMITTEE, "category": None, "text": "记下了。"}
    ids["template_id"] = post("/concern-rules/templates", said)["id"]
    _visits(client, place, uuid.UUID(home))
    _people(client, place)
    _import(client, place)
    _attachment(place)
    ids["questions_id"] = asked(client, head)["id"]
    return place


def _visits(client: FlaskClient, place: Neighbourhood, home: uuid.UUID) -> None:
    phone = make_phone(place.volunteer, client)
    recorded = phone.record("visit.record", f1(home, opinion=CANARY, evidence="qr_old"))
    foreign = phone.record("visit.record", f1(make_household(room="999"), opinion=CANARY))
    told = phone.verdicts(recorded, foreign)
    assert [one["verdict"] for one in told] == ["applied", "rejected"]
    place.ids["visit_id"] = recorded["entity_id"]
    place.ids["device_id"] = phone.device_id
    waiting = _made(place.head.call(client, "GET", "/visits/attention"))["rows"]
    place.ids["item_id"] = next(one["id"] for one in waiting if one["what"] == "entry")


def _people(client: FlaskClient, place: Neighbourhood) -> None:
    ids = place.ids
    ids["user_id"] = str(place.volunteer.user_id)
    ids["session_id"] = str(place.volunteer.session.id)
    person = _made(place.head.call(client, "GET", f"/people/{ids['user_id']}"))
    ids["grant_id"] = person["roles"][0]["id"]
    made = place.head.call(
        client, "POST", "/people/invitations", json={"role": "volunteer", "area_id": COMMITTEE}
    )
    ids["invitation_id"] = _made(made)["invitation"]["id"]


def _import(client: FlaskClient, place: Neighbourhood) -> None:
    answer = place.head.call(
        client, "POST", "/roster-imports/",
        data={"file": (io.BytesIO(ROSTER.encode()), "花名册.csv"), "area_id": COMMITTEE},
        content_type="multipart/form-data",
    )  # fmt: skip
    place.ids["import_id"] = _made(answer)["id"]
    jobs.wait(uuid.UUID(place.ids["import_id"]))


def _attachment(place: Neighbourhood) -> None:
    row = Attachment(
        area_id=COMMITTEE, entity_type="visit", entity_id=uuid.UUID(place.ids["visit_id"]),
        user_id=place.volunteer.user_id, sha256="0" * 64, size=1, mime="image/jpeg", kept_size=1,
        width=1, height=1, storage_name="gone", received_at=clock.now(),
    )  # fmt: skip
    with transaction(write=True):
        db.session.add(row)
    place.ids["attachment_id"] = str(row.id)
