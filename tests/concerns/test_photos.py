"""Photos of a concern: from the submitting phone only, made anew, three at most."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.kit.ids import new_id
from tests.factories.concerns import HEADERS, Reporter, as_sent
from tests.factories.people import Person, make_person


def picture(colour: str = "navy") -> bytes:
    made = BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG")
    return made.getvalue()


def send(client: FlaskClient, link: str, data: bytes, **changed: Any) -> Any:
    meta = {
        "attachment_id": str(new_id()), "link": link, "size": len(data), "mime": "image/jpeg",
        "sha256": hashlib.sha256(data).hexdigest(), **changed,
    }  # fmt: skip
    form = {"meta": json.dumps(meta), "file": (BytesIO(data), "../../x.jpg")}
    return client.post("/api/v1/concerns/photos", data=form, headers=HEADERS)


def test_the_committee_sees_the_photo_the_reporter_sent(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    sent = send(client, reporter.link, picture())
    assert sent.status_code == 201
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    assert told["photos"] == [{"attachment_id": sent.json["attachment_id"]}]
    shown = worker.call(client, "GET", f"/attachments/{sent.json['attachment_id']}")
    assert shown.status_code == 200 and shown.data.startswith(b"\xff\xd8")


def test_sent_again_after_a_lost_answer_it_is_one_photo(
    client: FlaskClient, door: str, worker: Person
):
    reporter, number = Reporter(client, door), str(new_id())
    answers = [send(client, reporter.link, picture(), attachment_id=number) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    assert len(told["photos"]) == 1


def test_without_the_link_of_the_submitting_phone_nothing_is_taken(client: FlaskClient, door: str):
    Reporter(client, door)
    refused = send(client, as_sent(door)["link"], picture())
    assert (refused.status_code, refused.json["error"]) == (404, "concern.unknown")


def test_a_fourth_photo_is_refused(client: FlaskClient, door: str):
    reporter = Reporter(client, door)
    statuses = [
        send(client, reporter.link, picture(colour)).status_code
        for colour in ("red", "green", "blue", "black")
    ]
    assert statuses == [201, 201, 201, 422]


def test_the_number_of_another_concerns_photo_is_taken(client: FlaskClient, door: str):
    one, other = Reporter(client, door), Reporter(client, door)
    number = send(client, one.link, picture()).json["attachment_id"]
    refused = send(client, other.link, picture("red"), attachment_id=number)
    assert (refused.status_code, refused.json["error"]) == (409, "attachment.id_taken")


@pytest.mark.parametrize(
    "data", [b"<svg onload=alert(1)>", b"%PDF-1.7", b"GIF89a" + b"\x00" * 20, picture()[:40]]
)
def test_what_is_no_picture_is_refused_and_nothing_kept(
    client: FlaskClient, door: str, worker: Person, data: bytes
):
    reporter = Reporter(client, door)
    assert 400 <= send(client, reporter.link, data).status_code < 500
    assert worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json["photos"] == []


def test_another_committee_cannot_fetch_it(client: FlaskClient, door: str):
    from tests.factories.areas import SIBLING

    number = send(client, Reporter(client, door).link, picture()).json["attachment_id"]
    stranger = make_person("committee_head", area_id=SIBLING)
    assert stranger.call(client, "GET", f"/attachments/{number}").status_code == 404
    assert make_person("volunteer").call(client, "GET", f"/attachments/{number}").status_code == 403
