"""One record of everything in one committee, made through the API, and people of every role in every place."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from PIL import Image

from server.access import service as access
from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.lists import jobs as lists
from tests.factories.accounts import Phone as AccountPhone
from tests.factories.accounts import make_account
from tests.factories.areas import COMMITTEE, OTHER_COUNTY_COMMITTEE, SIBLING, TOWNSHIP
from tests.factories.cases import word_file
from tests.factories.concerns import Reporter
from tests.factories.consents import said_yes
from tests.factories.database import Databases, begin_anew, put_away
from tests.factories.doors import codes_of, make_household
from tests.factories.mediation import Quarrel, party, record
from tests.factories.patrols import HAZARD, QUARREL, found
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.questions import asked
from tests.factories.tasks import give_visit, make_named
from tests.factories.uploads import Sending, plain_photo
from tests.factories.visits import f1

PLACES = {
    "own": COMMITTEE,
    "sibling": SIBLING,
    "parent": TOWNSHIP,
    "other": OTHER_COUNTY_COMMITTEE,
}
CANARY = "金丝雀7301"
"""Written into every free text about a family; nobody without the right may ever receive it."""
CANARY_PHONE = "15400007301"


@dataclass
class World:
    """Ids by the names that the table uses, and people by role and place."""

    app: Flask
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    def person(self, role: str, place: str) -> Person:
        """Somebody holding one role in one place."""
        known = self.people.get((role, place))
        if known is None:
            known = self.people[(role, place)] = make_named("某人", role, area_id=PLACES[place])
        return known

    def path(self, rule: str, **other: str) -> str:
        """A rule with its ids filled in; ``other`` replaces some of them."""
        for name, value in {**self.ids, **other}.items():
            rule = rule.replace(f"<uuid:{name}>", value)
        return rule.replace("<string:code>", COMMITTEE).replace("<string:document>", "agreement")


@contextmanager
def one_world(app: Flask, databases: Databases) -> Iterator[World]:
    """A world for all tests of a module, inside an application context; they only add to it."""
    begin_anew(app, databases)
    with app.app_context():
        yield make_world(app)
        put_away()


def make_world(app: Flask) -> World:
    """Everything once, in COMMITTEE."""
    client = app.test_client()
    world = World(app)
    head = make_named("康望晴", "committee_head")
    volunteer = make_named("荀竹砚")

    def post(path: str, body: dict[str, Any], status: int = 201, by: Person = head) -> Any:
        answer = by.call(client, "POST", path, json=body)
        assert answer.status_code == status, f"{path}: {answer.get_data(as_text=True)}"
        return answer.get_json()

    household = make_household()
    home = f"/households/{household}"
    person = {"name": f"荀{CANARY}", "relation": "head", "phone": CANARY_PHONE}
    resident = post(home + "/residents", person)["residents"][0]["id"]
    child, consent = _agreed(client, head, home)
    contact = {"resident_id": resident, "relation": "本人", "agreed": True}
    contacts = post(home + "/contacts", contact)["contacts"]
    sheet = post("/door-codes/sheets", {"area_id": COMMITTEE})["id"]
    pairing = {
        "household_id": str(household),
        "helper_id": str(volunteer.user_id),
        "content": ["companionship"],
        "frequency": "weekly",
        "start_on": clock.today().isoformat(),
        "review_on": (clock.today() + timedelta(days=90)).isoformat(),
        "home_agreed_how": "signature",
        "helper_told": True,
    }
    made = post("/pairings/", pairing)
    other = str(make_named("沐秋实").user_id)
    days = {"from_on": clock.today().isoformat(), "to_on": clock.today().isoformat()}
    standing = post(f"/pairings/{made['id']}/stand-ins", {"user_id": other, "told": False, **days})[
        "stand_ins"
    ]
    account = make_account("volunteer", name="谷听雨")
    invited = post("/people/invitations", {"role": "volunteer", "area_id": COMMITTEE})
    client_of_account = app.test_client()
    client_of_account.post(
        "/api/v1/auth/login",
        json={"phone": account.phone, "password": account.password},
        headers={"X-Linli": "1"},
    )
    looked = head.call(client, "GET", f"/people/{account.id}").get_json()
    logins = head.call(client, "GET", f"/people/{account.id}/sessions").get_json()

    phone = make_phone(volunteer, client)
    applied = phone.record("visit.record", f1(household, opinion=CANARY, evidence="qr_old"))
    assert phone.verdicts(applied)[0]["verdict"] == "applied"
    item = _waiting(head, volunteer, phone)
    reported = {"household_id": str(household), "kind": "other", "done": CANARY}
    phone.verdicts(phone.record("duty_report.record", reported))
    hazard = found(phone, None, {**HAZARD, "summary": CANARY})
    assert phone.verdicts(hazard, found(phone, None, {**QUARREL, "summary": CANARY}))
    days = {
        "title": "会期",
        "first_day": clock.today().isoformat(),
        "last_day": clock.today().isoformat(),
    }
    period = post("/patrols/plan/periods", {"area_id": COMMITTEE, **days})["periods"][0]["id"]
    (report,) = head.call(client, "GET", "/duty-reports/").get_json()["rows"]
    door = str(codes_of(head, household)[0].token)
    reporter = Reporter(
        app.test_client(),
        door,
        description=f"{CANARY}。",
        contact_phone=CANARY_PHONE,
        anonymous=False,
    )
    roster = head.call(
        client,
        "POST",
        "/roster-imports/",
        data={"area_id": COMMITTEE, "file": (io.BytesIO("姓名,楼号\n".encode()), "空.csv")},
    )
    alert = {
        "title": "大风降温", "targets": ["elder_special"],
        "first_day": clock.today().isoformat(), "last_day": clock.today().isoformat(),
    }  # fmt: skip
    occasion = post("/cadence/occasions", alert)["alerts"][0]["id"]
    written = {"area_id": COMMITTEE, "kind": "petition", "name": "云溪区信访接待室"}
    book = post("/concern-rules/offices", written)["offices"]
    said = {"area_id": COMMITTEE, "category": None, "text": f"{CANARY}，记下了。"}
    template = post("/concern-rules/templates", said)["id"]
    wanted = {
        "paper": "roster",
        "area_id": COMMITTEE,
        "filters": {},
        "purpose": "核对花名册",
        "receiver": "本居委会",
    }
    export = post("/lists/exports", wanted)["id"]
    lists.wait(uuid.UUID(export))
    kept = {"paper": "roster", "area_id": COMMITTEE, "filters": {"query": CANARY}, "name": "常用"}
    kept_filter = post("/lists/filters", kept)["id"]
    other_home = make_household(room="502")
    change = post(home + "/apart", {"other_id": str(other_home)})
    task = give_visit(head, other_home, volunteer)
    attachment = _photo(volunteer, client, applied["entity_id"])
    questions = asked(client, head)
    assist = _helped(resident, client)
    world.ids = {
        **_sealed(client),
        "assist_id": assist,
        "child_id": child,
        "consent_id": consent,
        "questions_id": questions["id"],
        "household_id": str(household),
        "other_home_id": str(other_home),
        "change_id": change["id"],
        "resident_id": resident,
        "contact_id": contacts[0]["id"],
        "sheet_id": sheet,
        "pairing_id": made["id"],
        "stand_in_id": standing[0]["id"],
        "one_id": made["id"],
        "user_id": str(account.id),
        "device_id": str(AccountPhone(account.id).id),
        "grant_id": looked["roles"][0]["id"],
        "session_id": logins[0]["id"],
        "invitation_id": invited["invitation"]["id"],
        "occasion_id": occasion,
        "task_id": str(task),
        "visit_id": applied["entity_id"],
        "item_id": item,
        "report_id": report["id"],
        "finding_id": hazard["entity_id"],
        "period_id": period,
        "export_id": export,
        "filter_id": kept_filter,
        "concern_id": reporter.concern_id,
        "office_id": next(one["id"] for one in book if one["id"]),
        "template_id": template,
        "import_id": roster.get_json()["id"],
        "attachment_id": attachment,
        "upload_id": Sending(phone).begun(applied["entity_id"], plain_photo()),
    }
    return world


def _agreed(client: Any, head: Person, home: str) -> tuple[str, str]:
    """A child of the home, and what its guardian agreed to."""
    born = clock.today().replace(year=clock.today().year - 9, day=1).isoformat()
    young = {"name": f"荀{CANARY}小", "relation": "son", "birth_date": born}
    made = head.call(client, "POST", home + "/residents", json=young)
    assert made.status_code == 201, made.get_data(as_text=True)
    child = next(one["id"] for one in made.get_json()["residents"] if one["relation"] == "son")
    guardian = {"name": f"田{CANARY}", "relation": "姨婆", "phone": CANARY_PHONE}
    answer = head.call(
        client,
        "POST",
        f"/consents/children/{child}",
        json=said_yes(guardian=guardian),
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return child, answer.get_json()["history"][0]["id"]


def _waiting(head: Person, volunteer: Person, phone: Phone) -> str:
    """A visit that came too late and waits for the committee."""
    gone = make_household(room="503")
    task = give_visit(head, gone, volunteer)
    sent = phone.record("visit.record", f1(gone, opinion=CANARY))
    with transaction(write=True):
        access.end_cause("task", task)
    assert phone.verdicts(sent)[0]["verdict"] == "rejected"
    rows = head.call(phone.client, "GET", "/visits/attention").get_json()["rows"]
    return str(next(row["id"] for row in rows if row["what"] == "entry"))


def _helped(resident: str, client: Any) -> str:
    """Help asked by somebody whom another office looks after, noted by the named contact."""
    officer, contact = (
        make_named("纪墨晴", "civil_affairs_worker"),
        make_named("池茉莉", "committee_contact"),
    )
    home = officer.call(client, "POST", "/residents/search", json={}).get_json()["rows"]
    version = next(one["version"] for one in home if one["id"] == resident)
    wish = {"version": version, "care_categories": ["community_correction"]}
    answer = officer.call(client, "PATCH", f"/residents/{resident}", json=wish)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    asked_for = {"resident_id": resident, "on": clock.today().isoformat(), "asked": CANARY}
    answer = contact.call(client, "POST", "/assists/", json=asked_for)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


def _sealed(client: Any) -> dict[str, str]:
    """A quarrel that is talked over, and a request to look into it."""
    quarrel = Quarrel(client, make_named("纪墨晴", "mediator")).applied(
        title=CANARY,
        summary=CANARY,
        claims=CANARY,
        parties=[
            party(side, f"田{CANARY}", contact=CANARY_PHONE, address=CANARY)
            for side in ("applicant", "respondent")
        ],
    )
    quarrel.mediating().session(course=CANARY)
    quarrel.do("/records", record("private_talk", private_to=quarrel.party(), course=CANARY))
    day = (clock.today() + timedelta(days=9)).isoformat()
    quarrel.drafted(terms=[CANARY], parts=[{"what": CANARY, "due_on": day}])
    asked = make_named("岑听雪", "committee").call(
        client,
        "POST",
        "/mediation/looks",
        json={"area_id": COMMITTEE, "which": CANARY, "reason": f"交接{CANARY}"},
    )
    assert asked.status_code == 201, asked.get_data(as_text=True)
    return {
        "case_id": quarrel.id,
        "party_id": quarrel.party(),
        "seat_id": quarrel.case["seats"][0]["id"],
        "record_id": quarrel.case["records"][0]["id"],
        "part_id": quarrel.case["parts"][0]["id"],
        "look_id": asked.get_json()["id"],
        **_on_paper(client, quarrel),
    }


def _on_paper(client: Any, quarrel: Quarrel) -> dict[str, str]:
    """A photographed paper of the quarrel, its number, and a template of the committee's own."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    head = make_named("康望晴", "committee_head")
    sent = {"kind": "identity", "file": (io.BytesIO(out.getvalue()), "证.jpg")}
    paper = head.call(client, "POST", f"/case-files/{quarrel.id}/papers", data=sent)
    body = {"account": CANARY}
    told = head.call(client, "PUT", f"/case-files/{quarrel.id}/account", json=body)
    assert told.status_code == 200, told.get_data(as_text=True)
    form = {"area_id": COMMITTEE, "file": (io.BytesIO(word_file("{{ 案名 }}")), "说明.docx")}
    template = head.call(client, "POST", "/case-templates/account", data=form)
    return {"paper_id": paper.get_json()["id"], "version_id": template.get_json()["id"]}


def _photo(volunteer: Person, client: Any, visit_id: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    raw = out.getvalue()
    meta = {
        "attachment_id": str(new_id()),
        "entity_type": "visit",
        "entity_id": visit_id,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "size": len(raw),
        "mime": "image/jpeg",
    }
    answer = volunteer.call(
        client,
        "POST",
        "/attachments",
        data={"meta": json.dumps(meta), "file": (io.BytesIO(raw), "photo.jpg")},
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(meta["attachment_id"])


def nobody() -> str:
    """An id that nothing has."""
    return str(uuid.uuid4())
