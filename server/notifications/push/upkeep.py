"""Wakes who is due: chosen in one transaction, written to outside of any, and noted in another.

A row that is being sent stands due again in five minutes, so a process that dies in between wakes
somebody twice rather than never; the push service keeps only the newest waking of a browser.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from server.kit import clock
from server.kit.crypto import Keyring, keyring
from server.kit.jobs import job
from server.kit.unit_of_work import after_commit, transaction
from server.notifications import service as inbox
from server.notifications.push import hosts, repository, sending, service, timing
from server.notifications.push.hosts import PushHostRefused
from server.notifications.push.models import PushSubscription
from server.notifications.push.sending import Outcome

log = structlog.get_logger()

AT_ONCE = 5
RESERVED = timedelta(minutes=5)
TITLE = "邻里守望"


@dataclass(frozen=True)
class Letter:
    """One browser to wake."""

    subscription_id: uuid.UUID
    user_id: uuid.UUID
    keys: dict[str, str]
    said: dict[str, str]
    urgent: bool
    reserved: datetime


@job(
    "push.send",
    every=timedelta(minutes=1),
    zh="提醒有新消息的人",
    en="People with new messages are reminded",
)
def send_due() -> int:
    """Choose who is due and hand their letters on; returns how many people."""
    now = clock.now()
    rows = repository.due(now, AT_ONCE)
    letters: list[Letter] = []
    for row in rows:
        unread = inbox.unread_of(row.user_id) if service.offered() else 0
        row.due_at = None
        if unread:
            reserved = now + RESERVED
            standing = _standing(row.user_id)
            new = [
                Letter(
                    one.id,
                    row.user_id,
                    json.loads(one.keys),
                    said(one, unread),
                    row.urgent,
                    reserved,
                )
                for one in standing
                if one.not_before is None or one.not_before <= now
            ]
            letters += new
            resting = [one.not_before for one in standing if one.not_before is not None]
            row.due_at = reserved if new else min(resting, default=None)
            row.last_sent_at = now if new else row.last_sent_at
        if row.due_at is None:
            row.urgent = False
    if letters:
        ring = keyring()
        after_commit(lambda: _deliver(ring, letters))
    return len(rows)


def said(one: PushSubscription, unread: int) -> dict[str, str]:
    """The words on a locked phone: how many, and never who, where or why."""
    english = one.locale.startswith("en")
    body = (
        f"{unread} new message{'' if unread == 1 else 's'}" if english else f"有 {unread} 条新消息"
    )
    return {
        "title": TITLE,
        "body": body,
        "url": "/c/messages" if one.device_id is None else "/inbox",
    }


def _standing(user_id: uuid.UUID) -> list[PushSubscription]:
    rows = repository.of_person(user_id)
    standing = service.living(user_id, rows)
    ended = [row.id for row in rows if row not in standing]
    if ended:
        repository.drop(ended)
    return standing


def _deliver(ring: Keyring, letters: list[Letter]) -> None:
    """Send them one by one, then write down what came of it; no transaction is open meanwhile."""
    came = [(letter, _sent(ring, letter)) for letter in letters]
    with transaction(write=True):
        _note(came)


def _sent(ring: Keyring, letter: Letter) -> Outcome:
    config = service.settings()
    try:
        host = hosts.checked(
            letter.keys["endpoint"], config.push_hosts, loopback=config.push_loopback
        )
    except PushHostRefused:  # the operator took it off the list
        return Outcome("gone")
    outcome = sending.send(
        ring,
        letter.keys,
        letter.said,
        contact=config.push_contact,
        urgent=letter.urgent,
        loopback=config.push_loopback,
    )
    log.info("push.sent", host=host, kind=outcome.kind, status=outcome.status)
    return outcome


def _note(came: list[tuple[Letter, Outcome]]) -> None:
    now = clock.now()
    by_id = {letter.subscription_id: outcome for letter, outcome in came}
    gone = [one for one, outcome in by_id.items() if outcome.kind == "gone"]
    again: dict[uuid.UUID, datetime] = {}
    for row in repository.by_ids(by_id):
        outcome = by_id[row.id]
        if outcome.kind == "later" and row.tries + 1 < timing.MOST_TRIES:
            row.tries += 1
            row.not_before = timing.again(now, row.tries, outcome.after_s)
            again[row.user_id] = min(again.get(row.user_id, row.not_before), row.not_before)
        elif outcome.kind == "later":
            gone.append(row.id)
        else:
            row.tries, row.not_before = 0, None
    if gone:
        repository.drop(gone)
    reserved = {letter.user_id: letter.reserved for letter, _ in came}
    for user_id, entry in repository.outbox(reserved).items():
        if entry.due_at == reserved[user_id]:  # nothing new came meanwhile
            entry.due_at = again.get(user_id)
            entry.urgent = entry.urgent and entry.due_at is not None
