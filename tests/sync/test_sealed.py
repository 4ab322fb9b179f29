"""A locked phone hands in what it cannot read itself: the copies sealed to the server when they were recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import config
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync.models import QuarantineItem
from tests.factories.phones import Phone, base64url
from tests.sync.conftest import Notes, note


def sealed(phone: Phone, one: dict[str, Any]) -> dict[str, Any]:
    """The item a locked phone pushes for this entry."""
    return {
        "mutation_id": one["mutation_id"],
        "device_seq": one["device_seq"],
        "key_id": phone.seal["key_id"],
        "sealed": base64url(phone.sealed_entry(one)),
    }


def quarantined() -> int:
    with transaction(write=False):
        kept = db.session.scalars(
            select(QuarantineItem).execution_options(linli_scope="system: test")
        )
        return len(list(kept))


def test_a_sealed_copy_is_applied_as_the_entry_it_is(notes: Notes, phone: Phone) -> None:
    sent = note(phone, "sealed")
    answer = phone.push(sealed(phone, sent)).get_json()
    assert [v["verdict"] for v in answer["verdicts"]] == ["applied"]
    assert answer["verdicts"][0]["mutation_id"] == sent["mutation_id"]
    assert answer["device"]["received_through"] == sent["device_seq"]
    assert notes.calls == [["sealed"]]


def test_sealed_and_in_clear_it_is_one_entry(notes: Notes, phone: Phone) -> None:
    first, second = note(phone, "one"), note(phone, "two")
    assert [v["verdict"] for v in phone.verdicts(first, sealed(phone, second))] == ["applied"] * 2
    again = phone.verdicts(sealed(phone, first), second)
    assert [v["verdict"] for v in again] == ["duplicate", "duplicate"]
    assert notes.calls == [["one", "two"]]


def test_a_refused_sealed_copy_is_kept_readable_for_the_committee(
    notes: Notes, phone: Phone
) -> None:
    (verdict,) = phone.verdicts(sealed(phone, note(phone, "no")))
    assert verdict["code"] == "not_assigned"
    with transaction(write=False):
        (kept,) = db.session.scalars(
            select(QuarantineItem).execution_options(linli_scope="system: test")
        )
        assert '"no"' in kept.payload


@pytest.mark.parametrize("change", ["key_id", "mutation_id", "sealed"])
def test_a_copy_that_does_not_open_waits_on_its_phone_and_can_come_in_clear(
    notes: Notes, phone: Phone, change: str
) -> None:
    """A final word for a copy nobody can open would lose the entry its phone may yet unlock."""
    sent, other = note(phone, "one"), note(phone, "two")
    item = sealed(phone, sent)
    item[change] = sealed(phone, other)["sealed"] if change == "sealed" else other["mutation_id"]
    (verdict,) = phone.verdicts(item)
    assert verdict["verdict"] == "retry"
    assert quarantined() == 0
    assert [v["verdict"] for v in phone.verdicts(sent)] == ["applied"]


def test_a_page_says_how_long_it_may_be_read(app: Flask, phone: Phone) -> None:
    assert phone.pull().get_json()["flags"] == {"lease_hours": app.config["LINLI"].lease_hours}


def test_every_phone_is_told_to_give_up_a_harmful_worker(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "kill_worker" not in phone.pull().get_json()["flags"]
    monkeypatch.setitem(app.config, "LINLI", replace(app.config["LINLI"], worker_off=True))
    assert phone.pull().get_json()["flags"]["kill_worker"] is True


@pytest.mark.parametrize("hours", ["23", "337", "-1", "three"])
def test_a_lease_outside_a_day_and_two_weeks_does_not_start(hours: str) -> None:
    with pytest.raises(config.ConfigRefused):
        config.from_environment({"LEASE_HOURS": hours})
