"""A film of a printed door code, as a hand-held phone sees it: tilted, a little shaky, on a brown door."""

from __future__ import annotations

import io
import math
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, FRAMES = 1280, 720, 24
DOOR = "#6d4d36"


def sticker(text: str, side: int = 330) -> Image.Image:
    """The code as it is printed: error level Q, four modules of quiet zone, black on white."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
    code.add_data(text)
    return code.make_image().convert("RGB").resize((side, side), Image.Resampling.NEAREST)


def frame(text: str | None, number: int) -> Image.Image:
    """One picture of the film; without a text there is no sticker on the door."""
    turn = 2 * math.pi * number / FRAMES
    picture = Image.new("RGB", (WIDTH, HEIGHT), DOOR)
    ImageDraw.Draw(picture).rectangle((0, 0, 180, HEIGHT), fill="#33291f")
    if text is not None:
        printed = sticker(text).rotate(
            4 * math.sin(turn), expand=True, fillcolor=DOOR, resample=Image.Resampling.BICUBIC
        )
        picture.paste(printed, (470 + round(12 * math.cos(turn)), 190 + round(9 * math.sin(turn))))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def film(text: str, file: Path, *, bare: int = 0, rounds: int = 1) -> Path:
    """Writes the film as motion JPEG, the form Chromium's pretended camera plays in a loop, 30 pictures a second.

    ``bare`` pictures of the door come before those with the sticker on it.
    """
    with file.open("wb") as out:
        empty = _jpeg(frame(None, 0))
        for _ in range(bare):
            out.write(empty)
        for _ in range(rounds):
            for number in range(FRAMES):
                out.write(_jpeg(frame(text, number)))
    return file


def _jpeg(picture: Image.Image) -> bytes:
    one = io.BytesIO()
    picture.save(one, "JPEG", quality=80)
    return one.getvalue()
