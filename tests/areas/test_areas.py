"""What a person can rely on about the division tree."""

from __future__ import annotations

from flask.testing import FlaskClient

from server.areas import service
from tests.factories.areas import COMMITTEE, TOWNSHIP
from tests.factories.people import make_person


def test_a_committee_worker_lists_the_committees_of_a_township(
    client: FlaskClient,
) -> None:
    worker = make_person("committee")
    answer = worker.call(client, "GET", f"/areas/?parent_id={TOWNSHIP}")
    assert answer.status_code == 200
    assert [row["name"] for row in answer.get_json()] == [
        "云栖里社区居委会",
        "晴岚社区居委会",
    ]


def test_a_name_that_occurs_twice_is_told_apart_by_its_path(
    client: FlaskClient,
) -> None:
    assert service.path_name(COMMITTEE) == "山西省 / 样例市 / 样例区 / 测试街道 / 云栖里社区居委会"


def test_nobody_reads_the_tree_without_a_log_in(client: FlaskClient) -> None:
    answer = client.get("/api/v1/areas/")
    assert answer.status_code == 401
    assert answer.get_json()["error"] == "auth.required"


def test_a_volunteer_is_told_that_the_role_may_not(client: FlaskClient) -> None:
    answer = make_person("volunteer").call(client, "GET", "/areas/")
    assert (answer.status_code, answer.get_json()["error"]) == (403, "auth.forbidden")


def test_a_field_nobody_knows_is_refused_with_its_name(client: FlaskClient) -> None:
    answer = make_person("committee").call(client, "GET", "/areas/?role=admin")
    assert answer.status_code == 422
    assert "role" in answer.get_json()["fields"]
