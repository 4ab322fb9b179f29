"""The poll that does no work never says "same" when the view would not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from server.access import service as access
from server.access.models import Device, RoleGrant, Session
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import contact, epoch, quick_poll
from tests.factories.phones import Phone
from tests.sync.conftest import assign

pytestmark = pytest.mark.usefixtures("household_rows")


@pytest.fixture
def quick(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> tuple[Phone, list[bool]]:
    """A settled phone, and a list of which polls were answered the quick way."""
    seen: list[bool] = []
    real = quick_poll.QuickPoll.same

    def watched(self: quick_poll.QuickPoll, environ: object) -> bytes | None:
        answer = real(self, environ)  # type: ignore[arg-type]  # a WSGI environment made by hand
        seen.append(answer is not None)
        return answer

    assign(phone)
    phone.pull_all()
    monkeypatch.setattr(quick_poll.QuickPoll, "same", watched)
    return phone, seen


def test_without_news_it_answers_the_quick_way(quick: tuple[Phone, list[bool]]) -> None:
    phone, seen = quick
    assert phone.pull(cursor=phone.cursor).get_json()["same"] is True
    assert seen == [True]


def test_what_the_phone_still_holds_rides_along_and_costs_the_poll_nothing(
    quick: tuple[Phone, list[bool]],
) -> None:
    phone, seen = quick
    headers = {**phone.person.headers(), contact.WAITING: "3;60"}
    url = f"/api/v1/sync/pull?cursor={phone.cursor}"
    assert phone.client.get(url, headers=headers).get_json()["same"] is True
    assert seen == [True]
    with transaction(write=False):
        assert db.session.get_one(Device, uuid.UUID(phone.device_id)).unsent is None
    contact.write_down()
    db.session.expire_all()
    with transaction(write=False):
        assert db.session.get_one(Device, uuid.UUID(phone.device_id)).unsent == 3


def end_session(phone: Phone) -> None:
    db.session.execute(update(Session).values(ended_at=clock.now()))


def raise_version(phone: Phone) -> None:
    db.session.execute(update(Session).values(version=2))


def revoke(phone: Phone) -> None:
    db.session.execute(update(Device).values(revoked_at=clock.now()))


def end_role(phone: Phone) -> None:
    db.session.execute(update(RoleGrant).values(ends_at=clock.now()))


def rotate(phone: Phone) -> None:
    epoch.rotate()


def let_end_soon(phone: Phone) -> None:
    household = uuid.UUID(next(iter(phone.held("household"))))
    access.end_cause("task", household, at=clock.now() + timedelta(seconds=1))


@pytest.mark.parametrize(
    "change", [end_session, raise_version, revoke, end_role, rotate, let_end_soon]
)
def test_whatever_moved_the_view_is_asked(
    app: Flask,
    quick: tuple[Phone, list[bool]],
    change: Callable[[Phone], None],
    clock_at: clock.SetClock,
) -> None:
    phone, seen = quick
    with transaction(write=True):
        change(phone)
    clock_at.move(timedelta(seconds=2))
    answer = phone.pull(cursor=phone.cursor)
    assert seen == [False]
    assert answer.status_code in (200, 401, 403, 409)
    assert not (answer.get_json() or {}).get("same")


def test_a_forged_token_is_not_remembered(quick: tuple[Phone, list[bool]]) -> None:
    phone, seen = quick
    phone.pull(cursor=phone.cursor)
    phone.person.token = phone.person.token[:-4] + "AAAA"
    assert phone.pull(cursor=phone.cursor).status_code == 401
    assert seen == [True, False]
