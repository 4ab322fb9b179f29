"""The process that decodes a photo nobody trusts: little memory, few seconds, no files, answers by pipe.

Run as ``python -I decode_child.py``: photo on standard input; on standard output one line
``width height`` and then a fresh JPEG without a word of what came with the old one.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

MEMORY = 640 * 1024 * 1024
SECONDS = 10
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 82

UNREADABLE, TOO_MANY_PIXELS = 3, 4


def main() -> int:
    """Exit code 0 with the picture, or why not."""
    from PIL import Image, ImageFile, ImageOps

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(
            io.BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP")
        ) as photo:
            if photo.width * photo.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            photo.seek(0)  # of an animation the first picture only
            upright = ImageOps.exif_transpose(photo)
            if upright.mode in ("RGBA", "LA", "P", "PA"):
                layered = upright.convert("RGBA")
                plain = Image.new("RGB", layered.size, "white")
                plain.paste(layered, mask=layered.getchannel("A"))
            else:
                plain = upright.convert("RGB")
            plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            fresh = Image.frombytes("RGB", plain.size, plain.tobytes())
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except MemoryError:
        return TOO_MANY_PIXELS
    except Exception:
        return UNREADABLE
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    sys.stdout.buffer.write(f"{fresh.width} {fresh.height}\n".encode())
    sys.stdout.buffer.write(out.getvalue())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
