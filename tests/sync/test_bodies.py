"""What no client of ours sends is refused whole, in little time and memory, and changes nothing."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from typing import Any

import pytest

from tests.factories.phones import Phone
from tests.sync.conftest import Notes, note


def text(phone: Phone) -> bytes:
    return json.dumps(phone.request([note(phone)])).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"mutations": {}}',
        b'{"mutations": []}',
        b"\x00" * 100,
        b"x" * 200_000,
    ],
)
def test_a_broken_body_is_refused_whole(notes: Notes, phone: Phone, body: bytes) -> None:
    begun = time.thread_time()  # the processor's, whatever else the machine is doing
    answer = phone.send(body)
    assert 400 <= answer.status_code < 500
    assert time.thread_time() - begun < 2
    assert notes.calls == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("protocol", "1"),
        ("protocol", None),
        ("device_id", "x"),
        ("device_id", 5),
        ("device_id", None),
        ("epoch", "0"),
        ("batch_id", []),
        ("batch_id", "../../x"),
        ("mutations", None),
        ("mutations", "x"),
        ("mutations", {}),
        ("app_version", {}),
        ("cursor", 5),
    ],
)
def test_an_outer_field_that_cannot_be_is_refused(
    notes: Notes, phone: Phone, field: str, value: Any
) -> None:
    answer = phone.push(note(phone), **{field: value})
    assert 400 <= answer.status_code < 500
    assert notes.calls == []


def test_a_body_that_swells_is_stopped_while_it_swells(notes: Notes, phone: Phone) -> None:
    bomb = gzip.compress(b" " * 200_000_000, 9)
    assert len(bomb) < 256 * 1024
    tracemalloc.start()
    answer = phone.send(bomb, gzipped=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, answer.get_json()["error"]) == (413, "sync.too_large")
    assert peak < 20 * 2**20


def test_a_body_of_more_than_a_quarter_megabyte_is_too_large(phone: Phone) -> None:
    assert phone.send(b"x" * 262_145).status_code == 413


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_a_compression_we_do_not_speak_is_refused(phone: Phone, encoding: str) -> None:
    assert phone.send(text(phone), **{"Content-Encoding": encoding}).status_code == 415


def test_two_compressed_parts_glued_together_are_refused(notes: Notes, phone: Phone) -> None:
    body = gzip.compress(text(phone)) + gzip.compress(b"{}")
    assert phone.send(body, gzipped=True).status_code == 400
    assert notes.calls == []


def test_a_body_cut_anywhere_changes_nothing(notes: Notes, phone: Phone) -> None:
    body = gzip.compress(text(phone))
    for tenth in range(1, 10):
        answer = phone.send(body[: len(body) * tenth // 10], gzipped=True)
        assert answer.status_code == 400
    assert notes.calls == []


def test_a_browser_form_of_another_site_cannot_push(notes: Notes, phone: Phone) -> None:
    body = text(phone)
    for headers in ({"X-Linli": ""}, {"Origin": "https://evil.example"}):
        assert phone.send(body, **headers).status_code == 403
    assert notes.calls == []
