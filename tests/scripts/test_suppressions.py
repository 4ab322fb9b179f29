"""A rule that is switched off says why, on the same line."""

from __future__ import annotations

import pytest

from scripts._lib.suppressions import in_text


def reasons(path: str, line: str) -> list[bool]:
    return [bool(found.reason) for found in in_text(path, line)]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "x = 1  # noqa: F401 - installs the guard"),
        ("a.py", "x = 1  # noqa: F401, E402 - installs the guard"),
        ("a.py", "y()  # type: ignore[misc]  # the library ships no types"),
        ("a.py", "y()  # type: ignore[misc] the library ships no types"),
        ("a.ts", "// eslint-disable-next-line no-eval -- the test shows that the rule bites"),
        ("a.ts", "// @ts-expect-error the driver passes null"),
        ("a.py", '@pytest.mark.skip(reason="needs a printer")'),
    ],
)
def test_a_suppression_with_its_reason_passes(path: str, line: str) -> None:
    assert reasons(path, line) == [True]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "x = 1  # noqa"),
        ("a.py", "x = 1  # noqa: F401"),
        ("a.py", "y()  # type: ignore[misc]"),
        ("a.py", "y()  # type: ignore"),
        ("a.py", "if x:  # pragma: no cover"),
        ("a.py", "@pytest.mark.skip"),
        ("a.ts", "// eslint-disable-next-line no-eval"),
        ("a.vue", "/* eslint-disable */"),
        ("a.ts", "// @ts-ignore"),
        ("a.ts", "it.skip('x')"),
    ],
)
def test_a_suppression_without_a_reason_is_named(path: str, line: str) -> None:
    assert reasons(path, line) == [False]


def test_two_suppressions_on_a_line_share_their_reason() -> None:
    assert reasons("a.py", "y()  # type: ignore[misc]  # noqa: B010 - no types") == [True, True]


def test_an_ordinary_comment_is_none() -> None:
    assert reasons("a.py", "x = 1  # quality matters") == []
