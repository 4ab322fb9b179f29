"""Tokens and short codes: opaque, readable over the phone, and a slip of the finger is noticed."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.kit import base32
from server.residents.door_codes import codes

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
seven_signs = st.text(base32.ALPHABET, min_size=7, max_size=7)
short_codes = seven_signs.map(lambda signs: signs + codes.check_sign(signs))


def test_a_token_is_128_bits_in_22_signs_that_need_no_escaping_in_an_address():
    token = codes.new_token()
    assert codes.is_token(token)
    assert len(base64.urlsafe_b64decode(token + "==")) == 16


def test_two_thousand_tokens_and_short_codes_are_all_different():
    assert len({codes.new_token() for _ in range(2000)}) == 2000
    assert len({codes.new_short_code() for _ in range(2000)}) == 2000


@given(st.binary(min_size=16, max_size=16))
def test_each_value_has_exactly_one_spelling(raw: bytes):
    text = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert codes.is_token(text)
    same_value = [
        text[:-1] + last
        for last in BASE64URL
        if base64.urlsafe_b64decode(text[:-1] + last + "==") == raw
    ]
    assert len(same_value) == 16
    assert [spelling for spelling in same_value if codes.is_token(spelling)] == [text]


@given(st.text(max_size=40))
def test_no_other_text_is_taken_for_a_token(text: str):
    if codes.is_token(text):
        assert len(text) == 22 and text.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "../" * 8,
        "A" * 22 + "\n",
        "A" * 21,
        "A" * 23,
        "A" * 21 + "é",
    ],
)
def test_a_text_of_another_shape_is_no_token(text: str):
    assert not codes.is_token(text)


def test_a_new_short_code_reads_back_as_itself():
    for code in (codes.new_short_code() for _ in range(500)):
        assert len(code) == 8
        assert codes.read_short_code(code) == code


@given(short_codes, st.integers(0, 7), st.sampled_from(base32.ALPHABET))
def test_one_wrong_sign_is_always_noticed(code: str, place: int, sign: str):
    assume(code[place] != sign)
    with pytest.raises(codes.NotAShortCode, match="check"):
        codes.read_short_code(code[:place] + sign + code[place + 1 :])


@given(short_codes, st.integers(0, 7), st.integers(0, 7))
def test_two_signs_exchanged_are_always_noticed(code: str, left: int, right: int):
    assume(code[left] != code[right])
    signs = list(code)
    signs[left], signs[right] = signs[right], signs[left]
    with pytest.raises(codes.NotAShortCode, match="check"):
        codes.read_short_code("".join(signs))


@given(short_codes, st.randoms(use_true_random=False))
def test_letters_that_look_like_digits_case_and_blanks_do_not_matter(code: str, random):
    alike = {"1": "1IiLl", "0": "0Oo"}
    typed = "".join(
        random.choice(alike.get(sign, sign + sign.lower())) + random.choice(["", " ", "-", "　"])
        for sign in code
    )
    assert codes.read_short_code(typed) == code


@given(short_codes)
def test_full_width_signs_of_a_chinese_keyboard_are_read(code: str):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert codes.read_short_code(wide) == code


@given(st.text(max_size=30))
def test_any_other_text_is_refused_with_a_reason_and_nothing_else(typed: str):
    reason, code = None, None
    try:
        code = codes.read_short_code(typed)
    except codes.NotAShortCode as refusal:
        reason = refusal.reason
    assert reason in {"length", "sign", "check"} or (code and len(code) == 8)


def test_the_letter_u_is_not_guessed_at():
    with pytest.raises(codes.NotAShortCode, match="sign"):
        codes.read_short_code("UUUU UUUU")


def test_the_code_is_printed_in_two_groups_of_four():
    assert base32.grouped("4KF3WM59") == "4KF3 WM59"


@given(st.integers(0, 2**40 - 1))
def test_a_number_keeps_its_value_through_its_signs(number: int):
    signs = base32.encode(number, 8)
    value = 0
    for five in base32.values(signs):
        value = value * 32 + five
    assert value == number
