"""Sealed values: only the right row, the right column and the right key open them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kit.crypto import (
    KeyRefused,
    SealBroken,
    load_keyring,
    new_keyring,
    rotated,
    save_keyring,
)

RING = new_keyring()


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(plain: bytes, context: str) -> None:
    assert RING.open(RING.seal(plain, context), context) == plain


def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealed = RING.seal(b"14990119560307101X", "resident:1:id_number_box")
    with pytest.raises(SealBroken):
        RING.open(sealed, "resident:2:id_number_box")


def test_one_changed_byte_is_noticed() -> None:
    sealed = bytearray(RING.seal(b"15400000001", "a"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), "a")


def test_old_values_open_after_the_key_was_rotated() -> None:
    sealed = RING.seal(b"x", "a")
    newer = rotated(RING)
    assert newer.open(sealed, "a") == b"x"
    assert newer.seal(b"x", "a")[2:4] == b"k2"


def test_a_blind_index_survives_the_rotation_and_differs_by_purpose() -> None:
    newer = rotated(RING)
    assert newer.blind("phone", "15400000001") == RING.blind("phone", "15400000001")
    assert RING.blind("phone", "1") != RING.blind("id_number", "1")


def test_the_key_file_is_its_owners_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_keyring(RING, path)
    assert path.stat().st_mode & 0o077 == 0
    assert load_keyring(path) == RING


def test_a_default_key_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    weak = RING.__class__("k1", {"k1": b"dev" + b"0" * 29}, RING.hpke_private)
    save_keyring(weak, path)
    with pytest.raises(KeyRefused):
        load_keyring(path)


def test_push_services_know_the_server_by_one_key_that_a_new_root_does_not_change() -> None:
    assert RING.vapid_public() == rotated(RING).vapid_public()
    assert RING.vapid_public() != new_keyring().vapid_public()
