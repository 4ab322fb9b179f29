"""The administrator sees what ran, when, and what it made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.kit import clock, jobs
from server.kit.jobs import runner
from tests.factories.people import make_person


def test_every_job_is_listed_with_words_and_its_last_run(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    admin = make_person("sysadmin")
    told = admin.call(client, "GET", "/operations/jobs").get_json()
    assert not told["running"]
    assert {one["name"] for one in told["jobs"]} >= {
        "access.sessions", "accounts.links", "audit.day_heads", "concerns.silence", "concerns.words",
        "jobs.forget", "roster.previews", "sync.failures", "sync.trim",
    }  # fmt: skip
    assert all(one["title"] and one["last"] is None for one in told["jobs"])
    done = runner.run_due("server")
    assert {one.name for one in done} == {one["name"] for one in told["jobs"]}
    told = admin.call(client, "GET", "/operations/jobs").get_json()
    assert told["running"]
    assert all(one["last"]["ended_at"] and one["last"]["problem"] is None for one in told["jobs"])


def test_runs_of_a_job_can_be_read_back(
    client: FlaskClient, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_jobs", {})
    jobs.job("sample", every=timedelta(hours=1), zh="做样子", en="A sample")(lambda: 1 // 0)
    runner.run_due("server")
    clock_at.move(timedelta(hours=1))
    runner.run_due("server")
    admin = make_person("sysadmin")
    told = admin.call(client, "GET", "/operations/jobs/runs?name=sample").get_json()
    assert [one["problem"] for one in told] == ["ZeroDivisionError"] * 2
    assert admin.call(client, "GET", "/operations/jobs/runs?name=other").status_code == 404
