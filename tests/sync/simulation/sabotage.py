"""Protections of the real server, each taken out from outside for the length of a test.

Nothing here can be reached by the product: the switches are patches that live in the test suite.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from sqlalchemy import select

from server.access import repository as access_reads
from server.access.models import Device
from server.kit.database import db
from server.kit.statement import Statement
from server.kit.unit_of_work import after_commit, transaction
from server.sync import courier, handlers, logs, repository, scope, settling
from server.sync.errors import FileNotRecognised
from server.sync.handlers import Applied, Push, Verdict
from server.sync.models import Ledger
from tests.factories.areas import COMMITTEE
from tests.sync.simulation.village import Died, Village


@contextmanager
def no_ledger(_: Village) -> Iterator[None]:
    """The server does not remember which entries it has seen."""
    with (
        mock.patch("server.sync.repository.in_ledger", return_value={}),
        mock.patch("server.sync.settling.insert_rows"),
    ):
        yield


@contextmanager
def seq_is_key(_: Village) -> Iterator[None]:
    """The device counter is taken for the identity of an entry."""
    made = settling.Work.__init__

    def init(work: Any, given: Any, protocol: Any, entries: Any, *more: Any) -> None:
        made(work, given, protocol, entries, *more)
        for entry in entries:
            if entry.mutation is None or entry.ledger_id in work.known:
                continue
            row = db.session.execute(
                select(Ledger.user_id, Ledger.verdict).where(
                    Ledger.device_id == given.device_id,
                    Ledger.device_seq == entry.mutation.device_seq,
                )
            ).first()
            if row is not None:
                work.known[entry.ledger_id] = mock.Mock(
                    user_id=row.user_id, hash=entry.claimed_hash, verdict=row.verdict
                )

    with mock.patch.object(settling.Work, "__init__", init):
        yield


@contextmanager
def two_transactions(village: Village) -> Iterator[None]:
    """The effect is committed first and the ledger row in a transaction of its own."""
    insert = settling.insert_rows
    chance = random.Random(1)

    def later(table: Any, rows: Any) -> None:
        def write() -> None:
            if chance.random() < 0.2:
                raise Died
            with transaction(write=True):
                insert(table, rows)

        after_commit(write)

    with mock.patch("server.sync.settling.insert_rows", later):
        yield


@contextmanager
def no_scope_drop(_: Village) -> Iterator[None]:
    """A withdrawn household is not told to the phone."""
    told = scope.record_change

    def silent(*args: Any, **more: Any) -> None:
        if more.get("op") != "drop":
            told(*args, **more)

    with mock.patch("server.sync.scope.record_change", silent):
        yield


@contextmanager
def no_quarantine(_: Village) -> Iterator[None]:
    """A refused entry is not kept."""
    with mock.patch("server.sync.settling.quarantine.keep"):
        yield


@contextmanager
def no_savepoint(_: Village) -> Iterator[None]:
    """One bad entry takes its whole batch down."""

    def together(work: Any, fresh: list[int]) -> dict[int, Verdict]:
        decided: dict[int, Verdict] = work._run(fresh)
        return decided

    with mock.patch.object(settling.Work, "_decided_together", together):
        yield


@contextmanager
def same_epoch(village: Village) -> Iterator[None]:
    """A restored database does not say that it was restored."""
    village.rotates = False
    try:
        yield
    finally:
        village.rotates = True


@contextmanager
def verdict_without_effect(_: Village) -> Iterator[None]:
    """Entries are confirmed that were not stored."""
    kind = handlers.mutation_type("visit.record")
    assert kind is not None
    chance = random.Random(2)

    def record(push_: Push, items: Sequence[Any]) -> Sequence[Verdict]:
        if chance.random() < 0.3:
            return [Applied({}, COMMITTEE) for _ in items]
        return kind.handle(push_, items)

    with mock.patch.dict(handlers._mutations, {kind.name: replace(kind, handle=record)}):
        yield


@contextmanager
def unsigned_accepted(_: Village) -> Iterator[None]:
    """A carried file is taken without its phone's signature."""

    def anybody(file: courier.File, _signature: bytes, _inner: bytes) -> Device:
        device = access_reads.locked_device(file.device_id)
        if device is None:
            raise FileNotRecognised
        return device

    with mock.patch("server.sync.courier.recognised", anybody):
        yield


@contextmanager
def backed_up_too_early(_: Village) -> Iterator[None]:
    """Phones may forget what was received, whether a backup holds it or not."""
    made = logs._desk

    def early(*args: Any) -> Any:
        found = made(*args)
        return replace(found, backed_up={area: seq for area, (seq, _) in found.clocks.items()})

    with mock.patch.object(logs, "_desk", early):
        yield


@contextmanager
def numbers_of_another_history(_: Village) -> Iterator[None]:
    """After a restore phones are told the present numbers, not what of their own history is left."""

    def survived(_epoch: Any, _areas: Any) -> dict[str, int]:
        return repository.clocks()

    with mock.patch.object(repository, "survived", survived):
        yield


@contextmanager
def everybodys_rows(_: Village) -> Iterator[None]:
    """A page is not limited to the households assigned to its reader."""
    anybodys = Statement(
        f"SELECT {logs._COLUMNS} FROM change_log c WHERE c.area_id = :area AND c.seq > :after "
        "AND c.audience IN (:everybody, :me) ORDER BY c.seq LIMIT :most"
    )
    with mock.patch.object(logs, "_SINCE", anybodys):
        yield


@contextmanager
def no_number_of_its_own(_: Village) -> Iterator[None]:
    """An entry that found its wish fulfilled gets no change number, so any backup seems to hold it."""
    with mock.patch("server.sync.settling.changes.take_number"):
        yield


REAL: dict[str, Callable[[Village], AbstractContextManager[None]]] = {
    one.__name__: one
    for one in (
        no_ledger, seq_is_key, two_transactions, no_scope_drop, no_quarantine, no_savepoint,
        same_epoch, verdict_without_effect, unsigned_accepted, backed_up_too_early,
        numbers_of_another_history, everybodys_rows, no_number_of_its_own,
    )
}  # fmt: skip
RARE = ("no_number_of_its_own",)
"""What so seldom matters that tests/sync/test_machine.py looks for it, not the simulator."""
FOCUS: dict[str, tuple[str, ...]] = {
    "same_epoch": ("backup", "restore"),
    "backed_up_too_early": ("backup", "restore"),
    "numbers_of_another_history": ("backup", "restore", "record"),
    "seq_is_key": ("counter_back", "record"),
    "no_scope_drop": ("unassign",),
    "scope_drop_ignored": ("unassign",),
    "no_savepoint": ("poison",),
    "no_archive": ("backup", "restore"),
    "epoch_ignored": ("backup", "restore"),
    "no_digest": ("unassign",),
    "any_200": ("portal",),
    "memory_before_disk": ("disk_full",),
    "cursor_before_rows": ("crash_phone",),
    "everybodys_rows": ("unassign", "edit"),
    "unsigned_accepted": ("forge", "bring"),
    "deleted_at_export": ("hand_over",),
    "undo_after_export": ("hand_over", "undo", "bring"),
    "no_lease": ("days",),
    "no_tab_lock": ("tab", "record"),
    "no_turns": ("tab", "lock_lost", "edit"),
}
"""What is to happen often while a protection is out, so that few seeds suffice to see it missing."""
CLIENT = (
    "any_200", "deleted_before_answer", "no_archive", "cursor_before_rows", "scope_drop_ignored", "no_digest",
    "memory_before_disk", "retry_is_final", "epoch_ignored", "gives_up", "rejected_is_forgotten",
    "deleted_at_export", "undo_after_export", "no_lease", "no_tab_lock", "no_turns",
)  # fmt: skip
"""Names of what can be taken out of a simulated phone; pwa/src/sync/testing/sabotage.ts says what each does."""
REFERENCE = (*(one for one in REAL if one not in (*RARE, "everybodys_rows")), "plain_sequence")
"""Names of what can be taken out of the reference server; its log is in memory, its every entry has a number."""
