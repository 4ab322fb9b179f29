"""A log line holds no personal data, and nobody can write a second one into it (S18, S36, S48)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from server.kit import logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out = io.StringIO()
    before = structlog.get_config()
    monkeypatch.setattr("sys.stderr", out)
    logs.configure("info")
    yield out
    structlog.configure(**before)


def said(lines: io.StringIO) -> dict[str, Any]:
    only = lines.getvalue().splitlines()
    assert len(only) == 1
    line: dict[str, Any] = json.loads(only[0])
    return line


@pytest.mark.parametrize(
    "secret",
    [
        "15400001234",
        "149921199001011237",
        "14992119900101123X",
        "Bearer abc.def-ghi",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "A7dK2mQ9xZ4vB8nR1tY6wE3uI5oP0sLfGh",
    ],
)
def test_what_looks_personal_or_secret_is_masked(lines: io.StringIO, secret: str) -> None:
    structlog.get_logger().info("saved", note=f"给 {secret} 打电话")
    assert secret not in lines.getvalue()


@pytest.mark.parametrize("path", ["/q/Ab3dEf9hIjKlMnOp", "/join/x1Y2", "/c/9"])
def test_door_and_invitation_addresses_lose_their_token(lines: io.StringIO, path: str) -> None:
    structlog.get_logger().info("saved", path=path)
    assert said(lines)["path"] == "/" + path.split("/")[1] + "/*"


def test_a_uuid_stays_readable(lines: io.StringIO) -> None:
    name = "0193a5b2-7c11-7e01-9d6f-3a2b1c0d4e5f"
    structlog.get_logger().info("saved", id=name)
    assert said(lines)["id"] == name


@given(st.text(max_size=80))
def test_no_text_breaks_the_line(text: str) -> None:
    kept = logs.clean(text)
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in kept)
    assert "\u2028" not in kept


def test_a_forged_line_stays_inside_its_own(lines: io.StringIO) -> None:
    structlog.get_logger().info("saved", name='张雨\r\n{"event":"admin"}\x1b[31m')
    assert said(lines)["event"] == "saved"


def test_an_exception_is_logged_without_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError("张雨 住 3-2-501")
    except ValueError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
    line = said(lines)
    assert line["exception"][0]["kind"] == "ValueError"
    assert "张雨" not in json.dumps(line, ensure_ascii=False)
