"""A committee changes a template: sent, looked at, used, and put back; earlier versions stay to be used again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.case_files import documents
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.cases import word_file, words_of
from tests.factories.mediation import Quarrel
from tests.factories.people import Person
from tests.factories.tasks import make_named

OF = {"area_id": COMMITTEE}


def send(
    client: FlaskClient, who: Person, data: bytes, document: str = "account", area: str = COMMITTEE
) -> Any:
    form = {"area_id": area, "file": (io.BytesIO(data), "情况说明.docx")}
    return who.call(client, "POST", f"/case-templates/{document}", data=form)


def printed(client: FlaskClient, who: Person, quarrel: Quarrel) -> str:
    path = f"/case-files/{quarrel.id}/documents/account/file"
    answer = who.call(client, "GET", path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return words_of(answer.get_data())


def use(client: FlaskClient, who: Person, version: str) -> Any:
    return who.call(client, "POST", f"/case-templates/versions/{version}/use")


def test_a_changed_template_is_seen_before_it_is_used_and_undone_after(
    client: FlaskClient, head: Person, mediator: Person, quarrel: Quarrel
) -> None:
    mine = word_file("我们社区自己的说明：{{ 案名 }}", "当事人：{{ 当事人姓名 }}")
    sent = send(client, head, mine)
    assert sent.status_code == 201, sent.get_data(as_text=True)
    shown = "".join(run["text"] for one in sent.get_json()["blocks"] for run in one["runs"])
    assert "我们社区自己的说明：楼上漏水的事" in shown
    assert "我们社区" not in printed(client, mediator, quarrel), "not used before somebody says so"
    first = sent.get_json()["id"]
    assert use(client, head, first).status_code == 200
    assert "我们社区自己的说明：楼上漏水的事" in printed(client, mediator, quarrel)
    assert use(client, head, first).get_json()["error"] == "case_files.template_in_use"

    second = send(client, head, word_file("第二版 {{ 编号 }}")).get_json()["id"]
    use(client, head, second)
    assert "第二版" in printed(client, mediator, quarrel)
    use(client, head, first)
    assert "我们社区自己的说明" in printed(client, mediator, quarrel)

    back = head.call(client, "POST", "/case-templates/account/official", json=OF)
    assert back.status_code == 200
    assert "卷宗情况说明" in printed(client, mediator, quarrel)
    (told,) = [one for one in back.get_json()["documents"] if one["key"] == "account"]
    assert [(one["version"], one["state"]) for one in told["versions"]] == [
        (2, "replaced"),
        (1, "replaced"),
    ]


def test_the_template_in_use_comes_as_a_word_file_to_be_changed(
    client: FlaskClient, head: Person
) -> None:
    answer = head.call(client, "GET", "/case-templates/account/file", query_string=OF)
    assert answer.get_data() == documents.official("account")
    again = send(client, head, answer.get_data())
    assert again.status_code == 201
    use(client, head, again.get_json()["id"])
    mine = head.call(client, "GET", "/case-templates/account/file", query_string=OF).get_data()
    assert words_of(mine) == words_of(documents.official("account"))


@pytest.mark.parametrize(
    ("text", "told"),
    [("{{ 身份证号 }}", "身份证号"), ("{{ 7*7 }}", "7*7"), ("{% for 人 in 当事人 %}", "for 人")],
)
def test_a_fault_is_told_with_the_places_name_and_nothing_is_kept(
    client: FlaskClient, head: Person, text: str, told: str
) -> None:
    answer = send(client, head, word_file(text))
    assert (answer.status_code, answer.get_json()["error"]) == (422, "case_files.template_refused")
    assert told in answer.get_json()["message"]
    rows = head.call(client, "GET", "/case-templates/", query_string=OF).get_json()["documents"]
    assert all(one["versions"] == [] for one in rows)


def test_what_is_no_word_file_is_refused_with_what_to_do(client: FlaskClient, head: Person) -> None:
    answer = send(client, head, b"PK\x03\x04 no zip")
    assert "另存为 .docx" in answer.get_json()["message"]


def test_only_the_head_changes_and_only_the_own_committee(
    client: FlaskClient, head: Person, mediator: Person
) -> None:
    assert send(client, mediator, word_file("x")).status_code == 403
    assert send(client, head, word_file("x"), area=SIBLING).status_code == 404
    version = send(client, head, word_file("x")).get_json()["id"]
    other = make_named("别处", "committee_head", area_id=SIBLING)
    assert use(client, other, version).status_code == 404
    assert other.call(client, "GET", f"/case-templates/versions/{version}").status_code == 404
    assert mediator.call(client, "GET", f"/case-templates/versions/{version}").status_code == 200


def test_the_short_word_is_set_by_the_head(
    client: FlaskClient, head: Person, mediator: Person
) -> None:
    body = {**OF, "word": "云栖"}
    assert mediator.call(client, "PUT", "/case-templates/word", json=body).status_code == 403
    assert head.call(client, "PUT", "/case-templates/word", json=body).get_json()["word"] == "云栖"
