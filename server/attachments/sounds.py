"""Makes a recording we wrote ourselves out of one somebody sent. Nothing listens to it: it is kept as sound."""

from __future__ import annotations

from server.attachments.child import decoded
from server.attachments.made import Made
from server.attachments.sound_child import TOO_LONG
from server.kit.errors import ApiError

MIME = "audio/mp4"


class NotARecording(ApiError):
    code, status = "attachment.not_a_recording", 415
    zh = "这段录音听不了，没有收下。"
    en = "This recording cannot be played; it was not stored."


class RecordingTooLong(ApiError):
    code, status = "attachment.recording_too_long", 413
    zh = "录音太长（超过一分半钟），没有收下。请分几段说。"
    en = "This recording is longer than a minute and a half; please say it in parts."


BRANDS = (b"M4A ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash")
"""Of MP4, those that hold sound; pictures come in the same wrapping."""


def is_sound(data: bytes) -> bool:
    """By what the file begins with: WebM, Ogg or MP4, which is what phones record."""
    return data[:4] in (b"\x1a\x45\xdf\xa3", b"OggS") or (
        data[4:8] == b"ftyp" and data[8:12] in BRANDS
    )


def remade(data: bytes) -> Made:
    """The recording decoded in a limited process and written anew. Raises NotARecording, RecordingTooLong, Busy."""
    code, seconds, made = decoded("sound_child.py", data)
    if code == TOO_LONG:
        raise RecordingTooLong()
    if code != 0 or made[4:8] != b"ftyp":
        raise NotARecording()
    return Made(made, MIME, seconds=int(seconds))
