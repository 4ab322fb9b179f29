"""The code a resident reads out and the link that stays on the phone."""

from hypothesis import given
from hypothesis import strategies as st

from server.concerns import query_code
from server.kit import base32


def test_a_new_code_has_eight_signs_and_reads_back():
    code = query_code.new_code()
    assert len(code) == 8
    assert query_code.read_code(base32.grouped(code).lower()) == code


def test_codes_use_all_forty_bits():
    drawn = [query_code.new_code() for _ in range(4000)]
    assert len(set(drawn)) == 4000
    for place in range(8):
        assert {code[place] for code in drawn} == set(base32.ALPHABET)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_nothing(typed: str):
    code = query_code.read_code(typed)
    assert code is None or (len(code) == 8 and set(code) <= set(base32.ALPHABET))


def test_a_link_carries_128_bits_and_is_no_code():
    link = query_code.new_link()
    assert query_code.is_link(link)
    assert query_code.read_code(link) is None
    assert not query_code.is_link(query_code.new_code())
