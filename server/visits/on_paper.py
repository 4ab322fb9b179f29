"""What an elder's check says, in the words of its paper form, for lists that leave the screens.

A question that was not asked leaves its place empty; an answer no version lists is its own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server.visits.questions import WATCH, Choice, Form

WELL_SAID, WATCH_SAID = "好", "要留意"


def in_words(form: Form | None, said: Mapping[str, Any]) -> dict[str, str]:
    """The answers by the name of their head or question."""
    if form is None:
        return {}
    heads = {head.id: _head(said.get(head.id), head.signs) for head in form.heads}
    asked = {one.id: _listed(said.get(one.id), one.choices) for one in form.questions}
    return {**asked, **heads, "items_given": _items(said.get("items_given"))}


def own_in_words(rows: Iterable[Mapping[str, Any]]) -> str:
    """A committee's own questions with their answers, one a line."""
    return "\n".join(f"{row['zh']}{row['said_zh']}" for row in rows)


def _head(said: Mapping[str, Any] | None, signs: Iterable[Choice]) -> str:
    if said is None:
        return ""
    if said["state"] != WATCH:
        return WELL_SAID
    seen = _listed(said.get("signs"), signs)
    return f"{WATCH_SAID}：{seen}" if seen else WATCH_SAID


def _listed(said: Any, choices: Iterable[Choice]) -> str:
    words = {one.id: one.words.zh for one in choices}
    given = said if isinstance(said, list) else [] if said is None else [said]
    return "、".join(words.get(one, str(one)) for one in given)


def _items(said: Any) -> str:
    return "、".join(f"{one['name']}{one['qty']}{one['unit']}" for one in said or ())
