"""Gives every entry of a batch its verdict: decided in memory, written set-based (PROTOCOL.md, M1-M9).

All verdicts of a batch are decided and written under one savepoint. Only when that fails is it
rolled back and repeated with a savepoint for each mutation, so that a bad one stands alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
import structlog

from server.kit import clock, locale
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.errors import Busy
from server.kit.passing import said_no
from server.kit.unit_of_work import AFTER_COMMIT, BEFORE_COMMIT, before_commit
from server.sync import changes, quarantine, repository, verdicts
from server.sync.envelope import Entry
from server.sync.handlers import (
    Applied,
    Conflict,
    Mutation,
    Push,
    Rejected,
    Retry,
    Verdict,
    mutation_type,
)
from server.sync.models import Ledger, PushFailure

log = structlog.get_logger()

REVOKED_AN_HOUR = 500
TRIES = 5
LEDGER_ORDER = 95
SHUT = "sealed"
"""The fault of a sealed copy that does not open."""


class _Settlement:
    """What the entries before this one came to: mutations with a final word, entities that wait."""

    def __init__(self, entries: Sequence[Entry], so_far: dict[int, Verdict]) -> None:
        self.entries = entries
        self.final: set[uuid.UUID] = set()
        self.waiting: set[uuid.UUID] = set()
        for index, verdict in so_far.items():
            self.add(index, verdict)

    def add(self, index: int, verdict: Verdict) -> None:
        entry = self.entries[index]
        if isinstance(verdict, Retry):
            if entry.mutation is not None:
                self.waiting.add(entry.mutation.entity_id)
        elif entry.ledger_id is not None:
            self.final.add(entry.ledger_id)


class Work:
    """One batch on its way to its verdicts."""

    def __init__(
        self, push: Push, protocol: int, entries: list[Entry], home: str, revoked: bool
    ) -> None:
        self.push, self.protocol, self.entries = push, protocol, entries
        self.home, self.revoked = home, revoked
        self.wire: list[Any] = [None] * len(entries)
        self.locale = locale.current()
        ids = {i for e in entries if (i := e.ledger_id) is not None}
        waits = {d for e in entries if e.mutation is not None for d in e.mutation.depends_on}
        self.known = repository.in_ledger(list(ids | waits)) if ids else {}

    def settle(self) -> None:
        """Give every entry its verdict; rows of final ones are written before the commit."""
        fresh = self._without_known()
        decided = self._decided_together(fresh)
        final: dict[int, Applied | Conflict | Rejected] = {}
        for index, verdict in decided.items():
            if isinstance(verdict, Retry):
                self.wire[index] = verdicts.retry(self.entries[index].shown_id, verdict)
            else:
                final[index] = verdict
        applied = {one.area_id for one in final.values() if isinstance(one, Applied)}
        for area_id in sorted(applied):
            changes.take_number(area_id)
        for index, verdict in final.items():
            if not isinstance(verdict, Applied):
                quarantine.keep(self.push, self.entries[index], verdict, self.home)
        if final:
            before_commit(lambda: self._write_ledger(final), order=LEDGER_ORDER, key="sync:ledger")
        else:
            self._answer_repeats()

    def _without_known(self) -> list[int]:
        """Answer what the ledger already knows; the rest, in order."""
        fresh: list[int] = []
        first: dict[uuid.UUID, int] = {}
        self.repeats: dict[int, int] = {}
        for index, entry in enumerate(self.entries):
            key = entry.ledger_id
            known = self.known.get(key) if key is not None else None
            if known is not None:
                self.wire[index] = self._again(entry, known)
            elif key is not None and key in first:
                self.repeats[index] = first[key]
            else:
                if key is not None:
                    first[key] = index
                fresh.append(index)
        return fresh

    def _again(self, entry: Entry, known: Any) -> Any:
        if known.user_id == self.push.user_id and known.hash == entry.claimed_hash:
            return verdicts.duplicate(entry.shown_id, known.verdict)
        code = "id_reuse" if known.user_id == self.push.user_id else "id_taken"
        log.warning("sync.mutation_id_used_twice", code=code, device_id=str(self.push.device_id))
        verdict = Rejected(code)
        quarantine.keep(self.push, entry, verdict, self.home)
        return verdicts.rejected(entry.shown_id, verdict, self.locale)

    # -- deciding ---------------------------------------------------------------------------

    def _decided_together(self, fresh: list[int]) -> dict[int, Verdict]:
        mark, steps = changes.marked(), _steps()
        try:
            with db.session.begin_nested():
                decided = self._run(fresh)
                db.session.flush()
                return decided
        except Exception as error:
            _raise_if_passing(error)
            log.warning("sync.batch_repeated_one_by_one", kind=type(error).__name__)
            changes.back_to(mark)
            _steps_back(steps)
        decided = {}
        for index in fresh:
            decided.update(self._decided_alone(index, decided))
        return decided

    def _decided_alone(self, index: int, so_far: dict[int, Verdict]) -> dict[int, Verdict]:
        mark, steps = changes.marked(), _steps()
        try:
            with db.session.begin_nested():
                decided = self._run([index], so_far)
                db.session.flush()
                return decided
        except Exception as error:
            _raise_if_passing(error)
            log.error("sync.mutation_failed", kind=type(error).__name__, exc_info=error)
            changes.back_to(mark)
            _steps_back(steps)
            return {index: self._failed(index, error)}

    def _failed(self, index: int, error: Exception) -> Verdict:
        mutation = self.entries[index].mutation
        assert mutation is not None
        row = repository.failures([mutation.mutation_id]).get(mutation.mutation_id)
        if row is None:
            row = PushFailure(mutation_id=mutation.mutation_id, tries=0)
            db.session.add(row)
        row.tries, row.kind, row.last_at = row.tries + 1, type(error).__name__, clock.now()
        db.session.flush()
        if row.tries < TRIES:
            return Retry(after_s=60)
        return Rejected("server_error", facts={"kind": row.kind})

    def _run(
        self, indexes: Sequence[int], so_far: dict[int, Verdict] | None = None
    ) -> dict[int, Verdict]:
        """Verdicts of these entries, handing runs of one type to its handler together."""
        decided: dict[int, Verdict] = dict(so_far or {})
        new: dict[int, Verdict] = {}
        run: list[int] = []
        in_run: set[uuid.UUID] = set()  # mutations and entities of the run
        settled = _Settlement(self.entries, decided)

        def finish() -> None:
            if run:
                for at, verdict in zip(run, self._handed(run), strict=True):
                    new[at] = verdict
                    settled.add(at, verdict)
                run.clear()
                in_run.clear()

        for index in indexes:
            mutation = self.entries[index].mutation
            early = self._before_handler(index)
            if early is not None or mutation is None:
                new[index] = early or Rejected("unparseable")
                settled.add(index, new[index])
                continue
            if run and (
                self._mutation(run[-1]).type != mutation.type
                or mutation.entity_id in in_run
                or any(needed in in_run for needed in mutation.depends_on)
            ):
                finish()
            if mutation.entity_id in settled.waiting or any(
                needed not in self.known and needed not in settled.final
                for needed in mutation.depends_on
            ):
                new[index] = Retry()
                settled.add(index, new[index])
                continue
            run.append(index)
            in_run.update((mutation.mutation_id, mutation.entity_id))
        finish()
        return new

    def _mutation(self, index: int) -> Mutation:
        mutation = self.entries[index].mutation
        assert mutation is not None
        return mutation

    def _before_handler(self, index: int) -> Verdict | None:
        """What can be said without asking the feature."""
        entry = self.entries[index]
        mutation = entry.mutation
        if entry.fault == SHUT:
            # Unlocked, its phone can still send it in clear; a final word would shut that door.
            log.warning("sync.sealed_copy_does_not_open", device_id=str(self.push.device_id))
            return Retry(after_s=3600)
        if self.revoked:
            hour_ago = self.push.received_at - timedelta(hours=1)
            if repository.taken_since(self.push.device_id, hour_ago) >= REVOKED_AN_HOUR:
                return Retry(after_s=3600)
            return Rejected("device_revoked")
        if mutation is None:
            return Rejected("unparseable", field=entry.fault)
        kind = mutation_type(mutation.type)
        if self.protocol < 1:
            return Rejected("client_too_old")
        if kind is None:
            return Rejected("unparseable", field="type")
        if mutation.schema > kind.schema:
            return Retry(after_s=3600)  # a newer phone than this server
        payload = kind.upgraded(mutation)
        if payload is None:
            return Rejected("client_too_old")
        mutation.payload, mutation.schema = payload, kind.schema
        return None

    def _handed(self, run: Sequence[int]) -> Sequence[Verdict]:
        kind = mutation_type(self._mutation(run[0]).type)
        assert kind is not None
        given = kind.handle(self.push, [self._mutation(at) for at in run])
        if len(given) != len(run):
            raise RuntimeError(f"{kind.name} answered {len(given)} verdicts for {len(run)}")
        return given

    # -- writing ----------------------------------------------------------------------------

    def _write_ledger(self, final: dict[int, Applied | Conflict | Rejected]) -> None:
        """Last in the transaction: the change numbers are known now."""
        seqs = changes.numbers()
        rows = []
        for index, verdict in final.items():
            entry = self.entries[index]
            text = verdicts.final(entry.shown_id, verdict, seqs, self.locale)
            self.wire[index] = orjson.Fragment(text)
            key = entry.ledger_id
            if key is None:
                continue
            mutation = entry.mutation
            rows.append(
                {
                    "mutation_id": key,
                    "device_id": self.push.device_id,
                    "user_id": self.push.user_id,
                    "device_seq": 0 if mutation is None else mutation.device_seq,
                    "type": "" if mutation is None else mutation.type,
                    "hash": entry.claimed_hash,
                    "verdict": text.decode(),
                    "received_at": self.push.received_at,
                }
            )
        insert_rows(Ledger, rows)
        self._answer_repeats()

    def _answer_repeats(self) -> None:
        for index, original in self.repeats.items():
            self.wire[index] = self._repeat(index, original)

    def _repeat(self, index: int, original: int) -> Any:
        entry, first = self.entries[index], self.entries[original]
        if entry.claimed_hash != first.claimed_hash:
            return verdicts.rejected(entry.shown_id, Rejected("id_reuse"), self.locale)
        return verdicts.duplicate_of(entry.shown_id, self.wire[original])


def _raise_if_passing(error: Exception) -> None:
    """A lock that could not be had, a full disk, a database that restarts: not a mutation's fault."""
    if said_no(error) is not None:
        raise error
    if isinstance(error, Busy):
        raise error


def _steps() -> tuple[dict[str, Any], list[Any]]:
    info = db.session().info
    return dict(info.get(BEFORE_COMMIT, {})), list(info.get(AFTER_COMMIT, []))


def _steps_back(steps: tuple[dict[str, Any], list[Any]]) -> None:
    info = db.session().info
    info[BEFORE_COMMIT] = dict(steps[0])
    info[AFTER_COMMIT] = list(steps[1])
