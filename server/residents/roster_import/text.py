"""Cleans the text of a cell and tells which cleaning was needed."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]"
)
SPACES = " \t\r\n\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
SPACE_RUN = re.compile(f"[{SPACES}]+")
NOTHING = frozenset(
    {
        "",
        "无",
        "暂无",
        "没有",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "无。",
        "不详",
        "未知",
        "空",
        "N/A",
        "n/a",
        "null",
        "NULL",
    }
)
WIDE = re.compile("[\uff01-\uff5e]")


def narrow(text: str) -> str:
    """Full-width ASCII made half-width; nothing else is touched."""
    return WIDE.sub(lambda match: chr(ord(match.group()) - 0xFEE0), text)


def strip(text: str) -> str:
    return text.strip(SPACES)


def tidy(text: str, repairs: set[str]) -> str:
    """Remove invisible signs and outer spaces, noting what was done."""
    if text.isascii() and text.isprintable() and text[:1] != " " and text[-1:] != " ":
        return text
    visible = INVISIBLE.sub("", text)
    if visible != text:
        repairs.add("strip_chars")
    trimmed = strip(visible)
    if trimmed != visible:
        repairs.add("trim")
    return trimmed


def is_nothing(text: str) -> bool:
    return text in NOTHING


def normal(text: str) -> str:
    """A form for comparing words: NFKC, no spaces, no invisible signs."""
    return SPACE_RUN.sub("", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def from_number(value: float) -> str:
    """A number cell as the digits a person sees."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
