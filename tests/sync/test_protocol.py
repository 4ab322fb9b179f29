"""The shapes on the wire change only with a line in the protocol's history, and its page tells the truth."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from server.sync import protocol

PAGE = Path(protocol.__file__).with_name("PROTOCOL.md")
TESTS = Path(__file__).resolve().parents[1]
SHAPES = {1: "b6fb912d419ebd15"}
"""Per protocol number the hash of its shapes. A number a phone in the field knows is never changed."""


def shapes() -> str:
    spec = APISpec("sync", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    for schema in protocol.WIRE:
        name = schema.__name__.removesuffix("Schema")
        if name not in spec.components.schemas:  # one that another already brought along
            spec.components.schema(name, schema=schema)
    text = orjson.dumps(spec.to_dict()["components"], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:16]


def test_the_shapes_are_those_of_the_protocols_number() -> None:
    assert SHAPES[protocol.PROTOCOL] == shapes()


def test_every_number_has_a_line_in_the_history() -> None:
    assert sorted(protocol.HISTORY) == list(range(1, protocol.PROTOCOL + 1))


def test_every_rule_names_a_test_that_exists() -> None:
    rules = re.findall(
        r"^\*\*([A-Z]\d+)\*\* .*?(?=^\*\*[A-Z]\d+\*\*|^#|\Z)",
        PAGE.read_text(),
        re.MULTILINE | re.DOTALL,
    )
    bodies = re.split(r"^\*\*[A-Z]\d+\*\* ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    assert len(rules) == len(bodies) >= 30
    known = {
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    for rule, body in zip(rules, bodies, strict=True):
        named = re.findall(r"`(test_\w+)`", body)
        assert named, f"{rule} names no test"
        assert set(named) <= known, f"{rule} names {set(named) - known}"
