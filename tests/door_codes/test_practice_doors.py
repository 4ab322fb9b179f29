"""The codes drawn in the practice village are what the printer of stickers makes of their text."""

from __future__ import annotations

import re

import qrcode

from scripts._lib.say import ROOT

DOORS = ROOT / "pwa/src/device/scan/practiceDoors.ts"
LINE = re.compile(r"token: '([\w-]{22})', modules: '([0-9a-f]+)'")


def modules(text: str) -> str:
    """The squares of a code row by row, four to a sign."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    code.add_data(text)
    bits = "".join("1" if black else "0" for row in code.get_matrix() for black in row)
    bits += "0" * (-len(bits) % 4)
    return format(int(bits, 2), f"0{len(bits) // 4}x")


def test_each_drawn_code_is_the_code_of_its_text() -> None:
    drawn = LINE.findall(DOORS.read_text(encoding="utf-8"))
    assert len({token for token, _ in drawn}) == 8
    for token, squares in drawn:
        assert squares == modules(f"https://practice/q/{token}")
