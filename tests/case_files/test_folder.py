"""The file of a case over HTTP: its list, its documents, its photographed papers, its end; and who is outside."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.attachments import repository as attachments
from server.kit import clock
from tests.factories.areas import COMMITTEE
from tests.factories.cases import words_of
from tests.factories.mediation import Quarrel, bring
from tests.factories.people import Person


def folder(client: FlaskClient, who: Person, quarrel: Quarrel) -> Any:
    return who.call(client, "GET", f"/case-files/{quarrel.id}")


def states(told: dict[str, Any]) -> dict[str, str]:
    return {line["key"]: line["state"] for line in told["lines"]}


@pytest.fixture
def settled(client: FlaskClient, quarrel: Quarrel) -> Quarrel:
    """A case agreed in writing and performed."""
    quarrel.agreed()
    quarrel.performed()
    return quarrel


def test_the_list_follows_the_case(client: FlaskClient, mediator: Person, quarrel: Quarrel) -> None:
    told = folder(client, mediator, quarrel).get_json()
    assert states(told)["application"] == "there"
    assert (
        states(told)["agreement"] == states(told)["notice"] == states(told)["identity"] == "missing"
    )
    assert told["number"] is None
    quarrel.agreed()
    told = folder(client, mediator, quarrel).get_json()
    assert states(told)["agreement"] == states(told)["notice"] == states(told)["sitting"] == "there"
    assert told["missing"] == ["当事人身份证明"]


def test_a_document_is_shown_and_taken_as_word_with_the_same_words(
    client: FlaskClient, mediator: Person, settled: Quarrel
) -> None:
    number = mediator.call(client, "POST", f"/case-files/{settled.id}/number").get_json()["number"]
    path = f"/case-files/{settled.id}/documents/agreement"
    shown = mediator.call(client, "GET", path).get_json()
    said = "".join(run["text"] for one in shown["blocks"] for run in one.get("runs", ()))
    taken = mediator.call(client, "GET", path + "/file")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    words = words_of(taken.get_data())
    for told in (number, "田露纸", "施雾笔", "人民调解协议书"):
        assert told in said
        assert told in words


def test_the_whole_file_is_one_zip_in_the_order_of_its_list(
    client: FlaskClient, mediator: Person, settled: Quarrel
) -> None:
    for _ in range(2):
        bring(client, mediator, settled)
    mediator.call(
        client, "PUT", f"/case-files/{settled.id}/account", json={"account": "一次谈成。"}
    )
    answer = mediator.call(client, "GET", f"/case-files/{settled.id}/whole")
    names = zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert [name.split("-", 1)[1] for name in names] == [
        "卷宗封面.docx", "卷宗目录.docx", "人民调解申请书.docx", "人民调解受理登记表.docx", "权利义务告知书.docx",
        "当事人身份证明-1.jpg", "当事人身份证明-2.jpg", "人民调解记录.docx", "人民调解协议书.docx",
        "卷宗情况说明.docx", "卷宗封底.docx",
    ]  # fmt: skip


def test_what_one_party_said_alone_is_in_the_file_and_not_on_the_others_copy(
    client: FlaskClient, mediator: Person, quarrel: Quarrel
) -> None:
    quarrel.mediating()
    mine = quarrel.party()
    theirs = quarrel.party("respondent")
    from tests.factories.mediation import record

    quarrel.do("/records", record("private_talk", private_to=mine, course="我其实愿意让两百。"))
    quarrel.session()

    def said(document: str, party: str | None) -> str:
        query = {} if party is None else {"party_id": party}
        path = f"/case-files/{quarrel.id}/documents/{document}/file"
        answer = mediator.call(client, "GET", path, query_string=query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return words_of(answer.get_data())

    assert "让两百" in said("inquiry", None)
    for document in ("application", "notice", "sitting", "agreement"):
        assert "让两百" not in said(document, theirs)
    kept = mediator.call(
        client,
        "GET",
        f"/case-files/{quarrel.id}/documents/inquiry/file",
        query_string={"party_id": theirs},
    )
    assert (kept.status_code, kept.get_json()["error"]) == (409, "case_files.not_for_a_party")


def test_a_file_is_not_archived_while_a_required_paper_is_missing(
    client: FlaskClient, mediator: Person, quarrel: Quarrel
) -> None:
    quarrel.agreed()
    quarrel.step("breach", reason="到期没付", ways=["court"])
    body = {"version": quarrel.version, "keep": "long", "reason": "申请人已经起诉"}
    path = f"/case-files/{quarrel.id}/archive"
    refused = mediator.call(client, "POST", path, json=body)
    assert (refused.status_code, refused.get_json()["error"]) == (409, "case_files.papers_missing")
    assert "当事人身份证明" in refused.get_json()["message"]
    for _ in range(2):
        assert bring(client, mediator, quarrel).status_code == 201
    told = mediator.call(client, "POST", path, json=body).get_json()
    assert (told["status"], told["number"] is not None) == ("archived", True)


def test_what_mediation_asks_of_a_file_holds_beside_its_papers(
    client: FlaskClient, mediator: Person, settled: Quarrel
) -> None:
    for _ in range(2):
        bring(client, mediator, settled)
    body = {"version": settled.version, "keep": "long"}
    answer = mediator.call(client, "POST", f"/case-files/{settled.id}/archive", json=body)
    assert answer.get_json()["error"] == "mediation.not_ready"


def test_a_case_nobody_wanted_to_talk_over_is_archived_with_its_application(
    client: FlaskClient, mediator: Person, quarrel: Quarrel
) -> None:
    quarrel.step("refused", party_id=quarrel.party("respondent"), reason="不愿意谈", ways=["court"])
    body = {"version": quarrel.version, "keep": "short"}
    answer = mediator.call(client, "POST", f"/case-files/{quarrel.id}/archive", json=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()
    assert (told["status"], told["number"] is not None) == ("archived", True)
    closed = bring(client, mediator, quarrel)
    assert (closed.status_code, closed.get_json()["error"]) == (409, "case_files.closed")


def test_a_photographed_paper_is_seen_by_whoever_works_on_the_case_and_by_its_id_by_nobody(
    client: FlaskClient, mediator: Person, head: Person, worker: Person, quarrel: Quarrel
) -> None:
    paper = bring(client, mediator, quarrel).get_json()["id"]
    path = f"/case-files/{quarrel.id}/papers/{paper}"
    for who in (mediator, head):
        assert who.call(client, "GET", path).get_data().startswith(b"\xff\xd8")
    for who in (mediator, head, worker):
        assert who.call(client, "GET", f"/attachments/{paper}").status_code in (403, 404)
    assert mediator.call(client, "DELETE", path).status_code == 204
    assert mediator.call(client, "GET", path).status_code == 404


def test_with_the_wall_around_photographs_taken_away_a_worker_would_see_it(
    client: FlaskClient,
    mediator: Person,
    worker: Person,
    quarrel: Quarrel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper = bring(client, mediator, quarrel).get_json()["id"]
    monkeypatch.setattr(attachments, "WALLED", set())
    assert worker.call(client, "GET", f"/attachments/{paper}").status_code == 200


ROUTES = [
    ("GET", ""), ("POST", "/number"), ("GET", "/documents/agreement"), ("GET", "/documents/agreement/file"),
    ("GET", "/whole"), ("GET", "/papers/{paper}"), ("DELETE", "/papers/{paper}"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "tail"), ROUTES)
def test_for_another_mediator_there_is_no_such_case(
    client: FlaskClient,
    mediator: Person,
    colleague: Person,
    quarrel: Quarrel,
    method: str,
    tail: str,
) -> None:
    paper = bring(client, mediator, quarrel).get_json()["id"]
    path = f"/case-files/{quarrel.id}{tail.format(paper=paper)}"
    assert colleague.call(client, method, path).status_code == 404
    assert mediator.call(client, method, path).status_code in (200, 204)


def test_somebody_let_look_in_does_not_take_papers_out(
    client: FlaskClient, head: Person, colleague: Person, quarrel: Quarrel
) -> None:
    body = {"area_id": COMMITTEE, "which": "漏水", "reason": "交接时核对"}
    look = colleague.call(client, "POST", "/mediation/looks", json=body).get_json()
    said = {"case_id": quarrel.id, "answer": "granted"}
    answered = head.call(client, "POST", f"/mediation/looks/{look['id']}/answer", json=said)
    assert answered.status_code in (200, 422), answered.get_data(as_text=True)
    assert folder(client, colleague, quarrel).status_code == 404


def test_a_number_is_made_void_by_the_head_alone_with_a_reason(
    client: FlaskClient, mediator: Person, head: Person, quarrel: Quarrel
) -> None:
    path = f"/case-files/{quarrel.id}/number"
    first = mediator.call(client, "POST", path).get_json()["number"]
    body = {"reason": "写错了年度"}
    assert mediator.call(client, "POST", path + "/void", json=body).status_code == 403
    assert head.call(client, "POST", path + "/void", json=body).get_json()["number"] is None
    second = mediator.call(client, "POST", path).get_json()["number"]
    assert (first[-4:-1], second[-4:-1]) == ("001", "002")
    assert first.startswith(f"({clock.today().year})")


def test_what_is_no_photo_is_not_taken(
    client: FlaskClient, mediator: Person, quarrel: Quarrel
) -> None:
    data = {"kind": "identity", "file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")}
    answer = mediator.call(client, "POST", f"/case-files/{quarrel.id}/papers", data=data)
    assert answer.status_code == 415
