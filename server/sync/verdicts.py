"""Verdicts as they go over the wire and into the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from server.sync.errors import verdict_sentence
from server.sync.handlers import Applied, Conflict, Rejected, Retry


def rejected(shown_id: Any, verdict: Rejected, locale: str) -> dict[str, Any]:
    """``rejected`` with its code, the field it is about, and a sentence."""
    said = {
        "mutation_id": shown_id,
        "verdict": "rejected",
        "code": verdict.code,
        "message": verdict_sentence(verdict.code, locale),
    }
    if verdict.field:
        said["field"] = verdict.field
    return said


def retry(shown_id: Any, verdict: Retry) -> dict[str, Any]:
    """``retry``: not final."""
    return {"mutation_id": shown_id, "verdict": "retry", "after_s": verdict.after_s}


def duplicate(shown_id: Any, original: str) -> dict[str, Any]:
    """``duplicate`` with the verdict of the first time."""
    return {
        "mutation_id": shown_id,
        "verdict": "duplicate",
        "original": orjson.Fragment(original),
    }


def duplicate_of(shown_id: Any, original: Any) -> dict[str, Any]:
    """``duplicate`` of an entry of the same batch; not final while that one is not."""
    if isinstance(original, dict):
        return {**original, "mutation_id": shown_id}
    return {"mutation_id": shown_id, "verdict": "duplicate", "original": original}


def final(
    shown_id: Any,
    verdict: Applied | Conflict | Rejected,
    seqs: Mapping[str, int],
    locale: str,
) -> bytes:
    """The text of a final verdict; an applied one holds the change number that contains it."""
    if isinstance(verdict, Rejected):
        return orjson.dumps(rejected(shown_id, verdict, locale))
    if isinstance(verdict, Conflict):
        return orjson.dumps(
            {
                "mutation_id": shown_id,
                "verdict": "conflict",
                "server_version": verdict.server_version,
                "fields": list(verdict.fields),
            }
        )
    return orjson.dumps(
        {
            "mutation_id": shown_id,
            "verdict": "applied",
            "versions": dict(verdict.versions),
            "seq": seqs.get(verdict.area_id, 0),
            "area_id": verdict.area_id,
        }
    )
