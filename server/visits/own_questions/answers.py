"""The answers to a committee's own questions: their shape on the wire, whether they fit, how they read.

The server does not work out conditions; that is the engine's on the phone. It checks what holds
without them: the kind of each answer, that a choice is one of the list, and that a question required
of everybody was answered. What does not fit goes to quarantine as it came and is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from server.visits.own_questions import definition
from server.visits.own_questions.definition import Item
from server.visits.questions import Words

MOST_ANSWERS = 60
MOST_TEXT = 500
MOST_CHOSEN = 40
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?\Z", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_FIELDS = frozenset({"version", "answers"})


def shaped(said: Any) -> dict[str, Any] | None:
    """``{version, answers}`` as phones send it, or None for anything else."""
    if not isinstance(said, dict) or said.keys() != _FIELDS:
        return None
    version, answers = said["version"], said["answers"]
    if type(version) is not int or not 1 <= version <= 100_000 or not isinstance(answers, dict):
        return None
    if len(answers) > MOST_ANSWERS:
        return None
    fine = all(_NAME.match(name) and _is_answer(one) for name, one in answers.items())
    return {"version": version, "answers": dict(answers)} if fine else None


def _is_text(said: Any) -> bool:
    return (
        isinstance(said, str)
        and len(said) <= MOST_TEXT
        and "\x00" not in said
        and _SURROGATE.search(said) is None
    )


def _is_answer(said: Any) -> bool:
    if type(said) is int:
        return abs(said) < 2**53
    if isinstance(said, list):
        return len(said) <= MOST_CHOSEN and all(_is_text(one) for one in said)
    return _is_text(said)


class OwnAnswers(fields.Field[Any]):
    """The answers to one version of a committee's own questions."""

    def __init__(self, **kwargs: Any) -> None:
        answer = {
            "oneOf": [
                {"type": "string", "maxLength": MOST_TEXT},
                {"type": "integer"},
                {"type": "array", "maxItems": MOST_CHOSEN, "items": {"type": "string"}},
            ]
        }
        shape = {
            "type": "object",
            "required": ["version", "answers"],
            "additionalProperties": False,
            "properties": {
                "version": {"type": "integer", "minimum": 1},
                "answers": {
                    "type": "object",
                    "maxProperties": MOST_ANSWERS,
                    "additionalProperties": answer,
                },
            },
        }
        super().__init__(metadata={**shape, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        said = shaped(value)
        if said is None:
            raise ValidationError("这份答案读不懂。")
        return said


def misfit(items: Iterable[Item], answers: Mapping[str, Any]) -> str | None:
    """The name of the first answer that does not fit its question, or that is missing; None when all do."""
    asked = {item.name: item for item in items if item.kind in definition.ANSWERED}
    for name, said in answers.items():
        if name not in asked or not _fits(asked[name], said):
            return name
    for name, item in asked.items():
        if item.required and not item.conditional and name not in answers:
            return name
    return None


def _fits(item: Item, said: Any) -> bool:
    known = {one.id for one in item.choices}
    if item.kind == definition.INTEGER:
        return type(said) is int
    if item.kind == definition.MANY:
        return (
            isinstance(said, list)
            and 0 < len(said) == len(set(said))
            and known.issuperset(said)
        )  # fmt: skip
    if not isinstance(said, str):
        return False
    if item.kind == definition.ONE:
        return said in known
    if item.kind == definition.DECIMAL:
        return _DECIMAL.match(said) is not None
    if item.kind == definition.DATE:
        return _is_day(said)
    return said != ""


def _is_day(said: str) -> bool:
    try:
        return len(said) == 10 and bool(date.fromisoformat(said))
    except ValueError:
        return False


def in_words(items: Iterable[Item], answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Question and answer as people read them, in the order of the sheet; an unknown name stays itself.

    What was only worked out, and has no words, is left out.
    """
    asked = {item.name: item for item in items if item.kind in definition.ANSWERED}
    order = [name for name, item in asked.items() if name in answers and item.words.zh != name]
    order += [name for name in answers if name not in asked]
    return [_line(name, asked.get(name), answers[name]) for name in order]


def _line(name: str, item: Item | None, said: Any) -> dict[str, Any]:
    words = Words(name, name) if item is None else item.words
    choices = {} if item is None else {one.id: one.words for one in item.choices}
    given = [str(one) for one in said] if isinstance(said, list) else [str(said)]
    read = [choices.get(one, Words(one, one)) for one in given]
    return {
        "name": name,
        "zh": _REFERENCE.sub("…", words.zh),
        "en": _REFERENCE.sub("…", words.en),
        "said_zh": "、".join(one.zh for one in read),
        "said_en": ", ".join(one.en for one in read),
    }
