"""What a person said arrives as sound of our own making: it plays everywhere, and nothing else comes with it."""

from __future__ import annotations

import io
import math
from array import array

import av
import pytest

from tests.attachments.conftest import Sender, photo


def spoken(seconds: float, form: str = "webm", codec: str = "libopus", **tags: str) -> bytes:
    """A tone, as long as said."""
    rate = 48_000
    out = io.BytesIO()
    with av.open(out, "w", format=form) as made:
        made.metadata.update(tags)
        voice = made.add_stream(codec, rate=rate, layout="mono")
        wave = array("h", (int(9000 * math.sin(k / 17)) for k in range(rate)))
        left = int(seconds * rate)
        while left > 0:
            part = wave[: min(960, left)]
            frame = av.AudioFrame(format="s16", layout="mono", samples=len(part))
            frame.planes[0].update(part.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.rate = rate
            made.mux(voice.encode(frame))
            left -= len(part)
        made.mux(voice.encode(None))
    return out.getvalue()


def heard(data: bytes) -> tuple[str, int, float]:
    """Codec, channels and seconds of what is kept."""
    with av.open(io.BytesIO(data)) as kept:
        (stream,) = kept.streams
        rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        samples = sum(frame.samples for frame in kept.decode(stream))
    return stream.codec_context.name, channels, samples / rate


@pytest.mark.parametrize(
    ("form", "codec"), [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac")]
)
def test_what_phones_record_is_kept_as_sound_every_browser_plays(
    sender: Sender, form: str, codec: str
) -> None:
    data = spoken(3, form, codec)
    answer = sender.send(data, sender.meta(data, mime=f"audio/{form}"), name="v")
    assert answer.status_code == 201, answer.get_json()
    shown = sender.fetch(answer.get_json()["attachment_id"])
    assert shown.mimetype == "audio/mp4"
    name, channels, seconds = heard(shown.data)
    assert (name, channels) == ("aac", 1)
    assert seconds == pytest.approx(3, abs=0.2)


def test_what_came_with_a_recording_is_gone(sender: Sender) -> None:
    data = spoken(1, title="CANARY-WHERE", comment="CANARY-WHO")
    assert b"CANARY" in data
    shown = sender.fetch(sender.send(data).get_json()["attachment_id"])
    assert b"CANARY" not in shown.data


@pytest.mark.parametrize(
    "what",
    [
        b"\x1a\x45\xdf\xa3" + b"no sound follows",
        b"OggS" + bytes(400),
        b"\0\0\0\x18ftypmp42" + bytes(400),
        b"\x1a\x45\xdf\xa3",
    ],
)
def test_what_only_begins_like_a_recording_is_refused(sender: Sender, what: bytes) -> None:
    answer = sender.send(what)
    assert (answer.status_code, answer.get_json()["error"]) == (415, "attachment.not_a_recording")


def test_a_cut_recording_is_kept_as_far_as_it_goes_or_refused_and_harms_nobody(
    sender: Sender,
) -> None:
    data = spoken(4)
    for end in range(200, len(data), max(1, len(data) // 6)):
        assert sender.send(data[:end]).status_code in (201, 415)
    assert sender.send(photo()).status_code == 201


def test_more_than_a_minute_and_a_half_is_too_long(sender: Sender) -> None:
    answer = sender.send(spoken(95))
    assert answer.get_json()["error"] == "attachment.recording_too_long"
