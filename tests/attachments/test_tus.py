"""What the numbers and headers of tus mean, without a server."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.attachments import tus
from server.attachments.tus import Step

TABLE = [
    # here, of, claimed, sent -> what happens
    (0, 10, 0, 4, Step.APPEND),
    (4, 10, 4, 4, Step.APPEND),
    (8, 10, 8, 2, Step.FINISH),
    (0, 10, 0, 10, Step.FINISH),
    (0, 1, 0, 1, Step.FINISH),
    (4, 10, 0, 4, Step.ELSEWHERE),  # a piece sent again
    (4, 10, 8, 2, Step.ELSEWHERE),  # a piece left out
    (4, 10, 3, 2, Step.ELSEWHERE),
    (4, 10, 5, 2, Step.ELSEWHERE),
    (10, 10, 0, 10, Step.ELSEWHERE),  # all of it again
    (8, 10, 8, 3, Step.TOO_MUCH),
    (0, 10, 0, 11, Step.TOO_MUCH),
    (10, 10, 10, 1, Step.TOO_MUCH),
    (4, 10, 4, 0, Step.NOTHING),
    (10, 10, 10, 0, Step.NOTHING),
]


@pytest.mark.parametrize(("here", "of", "claimed", "sent", "step"), TABLE)
def test_the_offset_decides_what_a_piece_may_do(
    here: int, of: int, claimed: int, sent: int, step: Step
) -> None:
    assert tus.step(here, of, claimed, sent) is step


@settings(deadline=None)
@given(
    st.binary(min_size=1, max_size=60),
    st.lists(st.tuples(st.booleans(), st.integers(0, 60), st.integers(0, 60)), max_size=20),
)
def test_whatever_is_sent_in_whatever_order_only_the_file_itself_comes_together(
    data: bytes, tries: list[tuple[bool, int, int]]
) -> None:
    kept, whole = b"", False
    for goes_on, anywhere, length in tries:
        at = len(kept) if goes_on else anywhere
        piece = data[at : at + length]
        step = tus.step(len(kept), len(data), at, len(piece))
        if step in (Step.APPEND, Step.FINISH):
            kept += piece
        whole = whole or step is Step.FINISH
        assert data.startswith(kept)
        assert whole == (kept == data)


@pytest.mark.parametrize(
    "said", [None, "", "-1", "+1", "1.0", "0x1", " 1", "1 ", "１", "9" * 13, "1e3"]
)
def test_a_number_of_bytes_is_plain_digits(said: str | None) -> None:
    with pytest.raises(tus.Unreadable):
        tus.number(said)


def test_the_description_is_names_and_base64() -> None:
    said = "sha256 " + base64.b64encode(b"abc").decode() + ",mime aW1hZ2UvanBlZw=="
    assert tus.metadata(said) == {"sha256": "abc", "mime": "image/jpeg"}


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "a !",
        "a YQ==,a YQ==",
        "A YQ==",
        "a YQ",
        "a " + "Y" * 3000,
        "a //8=",
        ",",
        "a  YQ==",
    ],
)
def test_a_description_that_is_none_is_refused(said: str | None) -> None:
    with pytest.raises(tus.Unreadable):
        tus.metadata(said)


@pytest.mark.parametrize("algorithm", tus.ALGORITHMS)
def test_a_checksum_fits_its_bytes_and_no_others(algorithm: str) -> None:
    digest = base64.b64encode(hashlib.new(algorithm, b"abc").digest()).decode()
    assert tus.fits(f"{algorithm} {digest}", b"abc")
    assert not tus.fits(f"{algorithm} {digest}", b"abd")


@pytest.mark.parametrize("said", ["", "md5 YQ==", "sha256 *", "YQ=="])
def test_a_checksum_that_cannot_be_read_is_not_taken_for_a_wrong_one(said: str) -> None:
    with pytest.raises(tus.Unreadable):
        tus.fits(said, b"")


def test_expiry_is_said_as_http_says_moments() -> None:
    assert tus.expires(datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) == "Mon, 23 Nov 2026 01:00:00 GMT"
