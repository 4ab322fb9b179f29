"""The process that decodes a recording nobody trusts: little memory, few seconds, no files, answers by pipe.

Run as ``python -I sound_child.py``: the recording on standard input; on standard output one line ``seconds`` and
then AAC in MP4, 16 kHz mono, which every browser plays, without a word of what came with the old one.
"""

from __future__ import annotations

import io
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
LONGEST = 90
"""Seconds of sound; a phone stops at sixty."""
RATE = 16_000
BITS_A_SECOND = 32_000

UNREADABLE, TOO_LONG = 3, 4


def main() -> int:
    """Exit code 0 with the sound, or why not."""
    import av

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = io.BytesIO()
    heard = 0
    try:
        with (
            av.open(io.BytesIO(sys.stdin.buffer.read()), "r") as given,
            av.open(out, "w", format="mp4") as made,
        ):
            spoken = given.streams.audio[0]
            plain = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
            voice = made.add_stream("aac", rate=RATE, layout="mono")
            voice.bit_rate = BITS_A_SECOND
            for frame in given.decode(spoken):
                for piece in plain.resample(frame):
                    heard += piece.samples
                    if heard > LONGEST * RATE:
                        return TOO_LONG
                    piece.pts = None
                    made.mux(voice.encode(piece))
            for piece in plain.resample(None):
                heard += piece.samples
                piece.pts = None
                made.mux(voice.encode(piece))
            made.mux(voice.encode(None))
    except Exception:
        return UNREADABLE
    if heard == 0:
        return UNREADABLE
    sys.stdout.buffer.write(f"{max(1, round(heard / RATE))}\n".encode())
    sys.stdout.buffer.write(out.getvalue())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
