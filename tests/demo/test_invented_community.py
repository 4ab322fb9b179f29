"""The invented community: filled once by the product's own verbs, with something to see on every screen."""

from __future__ import annotations

import pytest
from flask import Flask

from server.demo import seed
from server.demo.hands import Browser
from server.demo.people import COMMITTEE, PASSWORD, PEOPLE, named
from server.demo.progress import Progress


def test_the_community_is_filled_once_and_everybody_logs_in(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["linli", "seed-demo"])
    assert first.exit_code == 0, first.output
    assert PASSWORD in first.output
    assert all(person.phone in first.output for person in PEOPLE)

    head = Browser(app, named("康望晴"))
    assert head.post("/households/search", {"query": ""})["total"] == 319
    assert len(head.get("/visits/", area_id=COMMITTEE, page_size=100)["rows"]) == 14
    states = {row["status"] for row in head.get("/concerns/")["items"]}
    assert {"submitted", "assigned", "objected", "in_progress", "awaiting_rating"} <= states
    ended = [row["id"] for row in head.get("/concerns/", status="closed")["items"]]
    assert len(ended) == 2
    told = {line["action"] for one in ended for line in head.get(f"/concerns/{one}")["lines"]}
    assert {"rate_solved", "later_yes"} <= told
    cases = head.get("/mediation/cases", group="open")["items"]
    assert {row["status"] for row in cases} == {"mediating", "performed"}
    made = head.get("/visits/", area_id=COMMITTEE, page_size=100)["rows"]
    assert {row["form"] for row in made} == {"F1", "F2"}
    (put_away,) = head.get("/mediation/cases", group="ended")["items"]
    folder = head.get(f"/case-files/{put_away['id']}")
    assert folder["number"]
    followed = head.get("/patrols/findings", area_id=COMMITTEE, kind="hazard")["rows"]
    assert [row["state"] for row in followed] == ["followed"]
    agreed = [one["purposes"][0]["state"] for one in head.get("/consents/children")]
    assert {"given", "none"} == set(agreed)
    (asked,) = head.get("/visit-questions/", area_id=COMMITTEE)["versions"]
    assert (asked["state"], asked["forms"]) == ("current", ["F2"])
    patrolled = head.get("/patrols/", area_id=COMMITTEE)["totals"]
    assert (patrolled["found"], patrolled["zero"]) == (1, 1)
    tasks = head.get("/tasks/", state="live", page_size=200)["tasks"]
    assert {bool(task["assignee_id"]) for task in tasks} == {True, False}
    for person in PEOPLE:
        Browser(app, person)

    assert seed.seed(app) is False, "a second start changes nothing"
    assert len(head.get("/visits/", area_id=COMMITTEE, page_size=100)["rows"]) == 14


class _CutOff(RuntimeError):
    """The machine went off."""


@pytest.mark.sqlite_only  # what is looked for is the steps' marks; the whole community is filled on both
def test_a_start_cut_off_at_any_step_is_finished_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start is cut off some steps after the one before, between a step and its mark; and within the concerns' stories."""
    mark = Progress._mark
    left = cuts = stories = 0

    def sometimes(progress: Progress, name: str, value: object) -> None:
        nonlocal left, stories
        left -= 1
        stories += name.startswith("concern ")
        if left == 0 or (cuts and name.startswith("concern ") and stories % 8 == 0):
            raise _CutOff
        mark(progress, name, value)

    monkeypatch.setattr(Progress, "_mark", sometimes)
    for after in (1, 3, 9, 40, 17):
        left = after
        with pytest.raises(_CutOff):
            seed.seed(app)
    left, cuts, done = 0, 1, False
    while not done:
        try:
            done = seed.seed(app)
        except _CutOff:
            cuts += 1
    assert cuts > 6
    assert seed.seed(app) is False

    head = Browser(app, named("康望晴"))
    assert head.post("/households/search", {"query": ""})["total"] == 319
    visits = head.get("/visits/", area_id=COMMITTEE, page_size=100)["rows"]
    assert len({row["household_id"] for row in visits}) == 14
    assert len(head.get("/concerns/", status="closed")["items"]) == 2
    assert len(head.get("/mediation/cases", group="ended")["items"]) == 1
    concerns = [
        head.get(f"/concerns/{row['id']}")
        for group in ("open", "ended")
        for row in head.get("/concerns/", group=group, page_size=100)["items"]
    ]
    assert len({one["title"] for one in concerns}) == len(concerns) == 9
    for one in concerns:
        acts = [line["action"] for line in one["lines"]]
        assert len(acts) == len(set(acts)), (one["title"], acts)
