"""An area makes a rule stricter for itself, never laxer; every change is on record."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.cadence import rules
from server.cadence import service as cadence
from server.kit.unit_of_work import transaction
from server.tasks import upkeep
from tests.factories.areas import COMMITTEE, COUNTY, SIBLING, TOWNSHIP
from tests.factories.care import due_rows, make_in_care, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import make_named

pytestmark = pytest.mark.usefixtures("clock_at")


def rule(**changed: Any) -> dict[str, Any]:
    return {
        "area_id": COMMITTEE,
        "target": "living_alone_elder",
        "level": "general",
        "every": "2w",
        "modes": ["door", "phone"],
        "source": "冬天多走一遍",
        **changed,
    }


def put(client: FlaskClient, person: Person, **changed: Any) -> Any:
    return person.call(client, "PUT", "/cadence/rules", json=rule(**changed))


def line(client: FlaskClient, person: Person, area: str = COMMITTEE, **which: str) -> Any:
    wanted = {"target": "living_alone_elder", "level": "general", **which}
    told = person.call(client, "GET", f"/cadence/rules?area_id={area}").get_json()["rules"]
    return next(one for one in told if all(one[key] == wanted[key] for key in wanted))


def test_the_provinces_table_stands_with_its_sources(client: FlaskClient) -> None:
    found = line(client, make_named("康望晴", "committee_head"))
    assert (found["every"], found["own"], found["set_by"]) == ("1m", False, None)
    assert "73号" in found["source"]


def test_a_stricter_rule_holds_here_with_its_own_reason_and_its_history(
    client: FlaskClient,
) -> None:
    head = make_named("康望晴", "committee_head")
    assert put(client, head).status_code == 200
    found = line(client, head)
    assert (found["every"], found["modes"], found["own"]) == ("2w", ["door", "phone"], True)
    assert (found["source"], found["above"]) == ("冬天多走一遍", "1m")
    (change,) = head.call(client, "GET", "/cadence/rules/history").get_json()
    assert change["by_name"] == "康望晴"
    assert change["before"] is None
    assert change["after"]["every"] == "2w"


@pytest.mark.parametrize(
    "laxer", [{"every": "3m"}, {"target": "tekun", "every": "1w", "modes": ["door", "phone"]}]
)
def test_laxer_than_above_is_refused_in_a_sentence(
    client: FlaskClient, laxer: dict[str, Any]
) -> None:
    head = make_named("康望晴", "committee_head")
    answer = put(client, head, **laxer)
    assert answer.status_code == 422
    assert answer.get_json()["error"] == "cadence.laxer_than_above"
    assert "每月" in answer.get_json()["message"]
    assert head.call(client, "GET", "/cadence/rules/history").get_json() == []


def test_with_the_refusal_off_a_laxer_rule_would_be_stored_and_still_hold_nobody_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second net: what holds is the stricter of all levels, whatever is stored."""
    head = make_named("康望晴", "committee_head")
    monkeypatch.setattr(rules, "refuse_laxer", lambda *_given: None)
    assert put(client, head, every="3m").status_code == 200
    assert line(client, head)["own"] is True
    assert line(client, head)["every"] == "1m"


def test_what_the_county_asks_for_holds_in_its_committees(client: FlaskClient) -> None:
    county = make_named("巩云舟", "county_bureau", area_id=COUNTY)
    assert put(client, county, area_id=COUNTY, every="1w").status_code == 200
    head = make_named("康望晴", "committee_head")
    found = line(client, head)
    assert (found["every"], found["own"]) == ("1w", False)
    assert found["set_by"]
    refused = put(client, head, every="2w")
    assert refused.status_code == 422
    assert "每周" in refused.get_json()["message"]


def test_the_same_as_above_takes_ones_own_rule_back(client: FlaskClient) -> None:
    head = make_named("康望晴", "committee_head")
    put(client, head)
    put(client, head, every="1m", modes=["door", "phone", "video"])
    assert line(client, head)["own"] is False
    newest = head.call(client, "GET", "/cadence/rules/history").get_json()[0]
    assert (newest["before"]["every"], newest["after"]) == ("2w", None)


@pytest.mark.parametrize("area", [SIBLING, TOWNSHIP])
def test_nobody_sets_a_rule_for_another_area(client: FlaskClient, area: str) -> None:
    assert put(client, make_named("康望晴", "committee_head"), area_id=area).status_code == 404


def test_restricted_people_get_no_rule(client: FlaskClient) -> None:
    answer = put(client, make_named("康望晴", "committee_head"), target="drug_rehab")
    assert answer.get_json()["error"] == "cadence.restricted"


def test_a_stricter_rule_changes_what_is_due(client: FlaskClient) -> None:
    home = make_household()
    make_in_care(home, "left_behind_woman")
    with transaction(write=True):
        cadence.note_committee(COMMITTEE)
        upkeep.make_due()
    head = make_named("康望晴", "committee_head")
    put(client, head, target="left_behind_woman", every="1w")
    put(client, head, target="elder", every="1w")
    with transaction(write=True):
        upkeep.make_due()
    assert sorted((row.rule[-2:], row.state) for row in due_rows(home)) == [
        ("1w", "open"),
        ("3m", "withdrawn"),
    ]
    assert work_out(home) == 0
