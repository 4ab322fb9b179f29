"""Citizen numbers: what GB 11643 allows and what it does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.residents.id_numbers import BadIdNumber, check_character, parse

births = st.dates(date(1900, 1, 1), date(2026, 1, 1))
bodies = st.builds(
    lambda area, birth, order: f"1499{area:02d}{birth:%Y%m%d}{order:03d}",
    st.integers(1, 9),
    births,
    st.integers(0, 999),
)


@given(bodies)
def test_a_number_with_its_own_check_character_is_read_back(body: str) -> None:
    found = parse(body + check_character(body))
    assert found.value[:17] == body
    assert f"{found.birth_date:%Y%m%d}" == body[6:14]
    assert found.sex == ("male" if int(body[16]) % 2 else "female")


@given(bodies, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, shift: int) -> None:
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    with pytest.raises(BadIdNumber):
        parse(wrong + check_character(body))


@given(bodies, st.integers(6, 15))
def test_two_neighbours_swapped_are_always_noticed(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body:
        with pytest.raises(BadIdNumber):
            parse(swapped + check_character(body))


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_becomes_the_new_one_of_the_same_person(birth: date, order: int) -> None:
    found = parse(f"149901{birth:%y%m%d}{order:03d}")
    assert found.upgraded
    assert found.birth_date == birth
    assert parse(found.value).value == found.value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_named_refusal(text: str) -> None:
    code = ""
    try:
        parse(text)
    except BadIdNumber as error:
        code = error.code
    assert code in {"", "id_length", "id_checksum", "id_bad_date"}


def test_the_area_is_never_judged() -> None:
    body = "00000019700101001"
    assert parse(body + check_character(body)).birth_date == date(1970, 1, 1)
