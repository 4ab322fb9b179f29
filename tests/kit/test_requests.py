"""JSON is read strictly, and requests no client of ours sends are refused at the door."""

from __future__ import annotations

import json
import time

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server.kit import error_handlers, requests
from server.kit.requests import MAX_DEPTH, UnfitJson, loads

BAD = {
    "duplicate keys": b'{"a":1,"a":2}',
    "nested duplicate": b'{"a":[{"b":1,"b":1}]}',
    "NaN": b'{"a":NaN}',
    "infinity": b"[Infinity]",
    "1e999": b"[1e999]",
    "minus 1e999": b"[-1e999]",
    "past 64 bits": b"[9223372036854775808]",
    "hundred thousand digits": b"[" + b"9" * 100_000 + b"]",
    "a float of a thousand digits": b"[0." + b"1" * 1000 + b"]",
    "depth 1,000": b"[" * 1000 + b"]" * 1000,
    "depth 100,000": b"[" * 100_000,
    "NUL": b'["a\\u0000b"]',
    "lone surrogate": b'["\\ud800"]',
    "lone surrogate as a key": b'{"\\udfff":1}',
    "UTF-16 with mark": '{"a":1}'.encode("utf-16"),
    "UTF-8 with mark": b"\xef\xbb\xbf{}",
    "GB18030": '{"名":"张"}'.encode("gb18030"),
    "overlong UTF-8": b'["\xc0\x80"]',
    "empty": b"",
    "only a comma": b",",
    "trailing rest": b"{} {}",
    "comment": b"{/* */}",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_unfit_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnfitJson):
        loads(body)


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_unfit_json_is_refused_fast(body: bytes) -> None:
    began = time.thread_time()  # the processor's, whatever else the machine is doing
    with pytest.raises(UnfitJson):
        loads(body)
    assert time.thread_time() - began < 1


def test_deep_but_honest_json_is_read() -> None:
    deep = b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1)
    assert loads(deep)


_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("键aé"), inner, max_size=4),
    max_leaves=20,
)


@given(_plain)
def test_whatever_json_can_say_is_read_as_it_was_written(value: object) -> None:
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.fixture
def door() -> FlaskClient:
    """A small application behind the guard."""
    app = Flask("door")
    app.config["MAX_CONTENT_LENGTH"] = 12 * 1024 * 1024
    requests.init_app(app)
    error_handlers.init_app(app)
    app.add_url_rule("/take", "take", lambda: jsonify(got=requests.json_body()), methods=["POST"])
    app.add_url_rule("/<path:rest>", "rest", lambda rest: jsonify(rest=rest))
    return app.test_client()


def test_a_body_of_another_type_is_unsupported(door: FlaskClient) -> None:
    assert door.post("/take", data=b"{}", content_type="text/plain").status_code == 415


def test_another_charset_is_unsupported(door: FlaskClient) -> None:
    answer = door.post("/take", data=b"{}", content_type="application/json; charset=gbk")
    assert answer.status_code == 415


def test_a_large_json_body_is_refused_before_it_is_read(door: FlaskClient) -> None:
    answer = door.post(
        "/take", data=b'"' + b"a" * (2 << 20) + b'"', content_type="application/json"
    )
    assert answer.status_code == 413


def test_a_bad_body_is_answered_in_the_one_error_shape(door: FlaskClient) -> None:
    answer = door.post("/take", data=b'{"a":1,"a":2}', content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "request.malformed"


@pytest.mark.parametrize(
    "path",
    ["/a%00b", "/a%0d%0ab", "/a%5c..%5cb", "/" + "a" * 300, "/" + "a/" * 1500, "/%ff%fe"],
    ids=["NUL", "CRLF", "backslash", "a long part", "many parts", "not UTF-8"],
)
def test_a_tricky_path_is_not_found(door: FlaskClient, path: str) -> None:
    assert door.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["a=1&a=2", "a=%00", "a=" + "b" * 5000],
    ids=["repeated key", "NUL", "too long"],
)
def test_a_tricky_query_is_malformed(door: FlaskClient, query: str) -> None:
    assert door.get(f"/x?{query}").status_code == 400
