"""A phone as the machine plays it: an outbox, an archive, a replica, and the rules of the client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.factories.phones import Phone

REFUSALS = {"not_assigned", "task_taken", "invalid", "device_revoked", "server_error"}


class Broken(AssertionError):
    """An invariant does not hold."""


def must(held: object, said: str) -> None:
    if not held:
        raise Broken(said)


@dataclass
class Told:
    """A final verdict, and the change number that contains what it did."""

    entry: dict[str, Any]
    kind: str
    seq: int | None
    area_id: str | None


@dataclass
class Device:
    """The phone at one place of the village."""

    phone: Phone
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    archive: dict[str, Told] = field(default_factory=dict)
    recorded: list[dict[str, Any]] = field(default_factory=list)
    revoked: bool = False
    wiped: bool = False
    compared: int = -1
    """When its replica was last compared with what it should be."""
    cursor_first = False
    """A switch for tests: the cursor is stored before the rows it speaks of."""
    deleted_at_sending = False
    """A switch for tests: entries leave the outbox when they are sent."""

    def record(self, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A new entry in the outbox."""
        one = self.phone.record(kind, payload, **more)
        self.waiting[one["mutation_id"]] = one
        self.recorded.append(one)
        return one

    def sending(self, entries: list[dict[str, Any]]) -> None:
        if self.deleted_at_sending:
            for one in entries:
                self.waiting.pop(one["mutation_id"], None)

    def settle(self, entries: list[dict[str, Any]], verdicts: list[dict[str, Any]]) -> None:
        """Final verdicts move entries out of the outbox; nothing else does."""
        asked = [one["mutation_id"] for one in entries]
        must([v["mutation_id"] for v in verdicts] == asked, "verdicts of other entries")
        for entry, said in zip(entries, verdicts, strict=True):
            if said["verdict"] == "retry":
                continue
            first = said["original"] if said["verdict"] == "duplicate" else said
            must(first["verdict"] in ("applied", "rejected", "conflict"), f"no final word: {said}")
            must(first.get("code", "not_assigned") in REFUSALS, f"a refusal of its own: {said}")
            one = entry["mutation_id"]
            before = self.archive.get(one)
            must(
                before is None or before.kind == first["verdict"],
                f"{one} was {before and before.kind}, now {first}",
            )
            self.waiting.pop(one, None)
            self.archive[one] = Told(
                entry, first["verdict"], first.get("seq"), first.get("area_id")
            )

    def keep(self, page: dict[str, Any], *, dies: bool) -> None:
        """Store a page and its cursor together, or die before either is stored."""
        if not page.get("same"):
            self.compared = -1
        if not dies:
            self.phone.keep(page)
            self._prune(page.get("backed_up"))
        elif self.cursor_first and "next_cursor" in page:
            self.phone.cursor = page["next_cursor"]

    def _prune(self, backed_up: dict[str, int] | None) -> None:
        """What a backup holds needs no copy here."""
        self.archive = {one: told for one, told in self.archive.items() if not _in(told, backed_up)}

    def begin_again(self, details: dict[str, Any]) -> None:
        """The server was restored: what its backup lacks goes out again, the replica comes anew."""
        lacking = {
            one: told.entry
            for one, told in self.archive.items()
            if not _in(told, details["backed_up"])
        }
        self.waiting = {**lacking, **self.waiting}
        self.archive.clear()
        self.phone.epoch = details["epoch"]
        self.forget()

    def forget(self) -> None:
        """Nothing pulled is left."""
        self.compared = -1
        self.phone.cursor = None
        self.phone.rows.clear()

    def taken_back(self) -> None:
        """Revoked: it reads nothing any more, and hands in what waits."""
        self.revoked = True
        self.forget()

    def say_goodbye(self) -> None:
        """With nothing left to hand in, a revoked phone clears itself."""
        if self.revoked and not self.waiting:
            self.wiped = True
            self.archive.clear()


def _in(told: Told, backed_up: dict[str, int] | None) -> bool:
    return (
        told.seq is not None
        and told.area_id is not None
        and told.seq <= (backed_up or {}).get(told.area_id, -1)
    )
