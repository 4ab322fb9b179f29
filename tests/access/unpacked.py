"""What an answer says, also inside Word files, workbooks and zips, so that nothing is hidden by its packing."""

from __future__ import annotations

import io
import zipfile
from typing import Any


def unpacked(answer: bytes) -> bytes:
    """The bytes with the inside of what is packed."""
    if not answer.startswith(b"PK\x03\x04"):
        return answer
    inside = zipfile.ZipFile(io.BytesIO(answer))
    return b"".join(unpacked(inside.read(name)) for name in inside.namelist())


def said(answer: Any) -> str:
    """The same of an answer, as text."""
    return unpacked(answer.get_data()).decode("utf-8", "replace")
