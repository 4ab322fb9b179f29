"""Passwords: what is too easy to guess, and how they are kept (S1).

The list of the commonest passwords is taken from zxcvbn 4.4.2 (Dropbox, MIT licence): its 3,000
most frequent ones of eight signs or more; shorter ones are refused by their length.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 8, 128
HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
"""Argon2id with 46 MiB, the stronger of OWASP's first two settings (t=1 there, 2 here)."""

NOBODY = HASHER.hash("nobody has this password")
"""Checked when there is no such account, so that the work is the same (S4)."""

_COMMON = Path(__file__).parent / "common-passwords.txt"
_CONTEXT = (
    "linli", "linlishouwang", "shouwang", "shequ", "juweihui", "cunweihui", "jiedao", "zhiyuanzhe",
    "wangge", "minzheng", "shanxi", "taiyuan", "mima", "password", "passwd", "admin", "woaini",
    "iloveyou", "qwerty", "asdf", "zxcv", "abcd", "1qaz", "2wsx", "邻里", "守望", "社区", "居委会", "密码",
)  # fmt: skip
_RUNS = (
    "01234567890",
    "09876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)


@functools.cache
def common() -> frozenset[str]:
    """The commonest passwords, lower case."""
    return frozenset(_COMMON.read_text(encoding="utf-8").lower().split())


def _own_words(name: str, phone: str) -> list[str]:
    from pypinyin import lazy_pinyin  # 55 MB, needed by few processes

    pinyin = lazy_pinyin(name)
    words = [name, "".join(pinyin), "".join(p[:1] for p in pinyin), *pinyin, phone]
    words += [phone[-n:] for n in (8, 6, 4) if len(phone) >= n]
    return [word.lower() for word in words if len(word) >= 3]


def is_guessable(password: str, *, name: str = "", phone: str = "") -> bool:
    """Whether a password is too short, among the commonest, or only well-known words and runs.

    Own words (name, its pinyin, the phone number), the product's words, digits of a date and runs of
    the keyboard are taken away; fewer than four different signs must not be all that is left.
    """
    plain = password.strip().lower()
    if not LEAST <= len(password) <= MOST:
        return True
    if plain in common() or plain.rstrip("0123456789!@#.") in common():
        return True
    rest = plain
    for word in sorted((*_CONTEXT, *_own_words(name, phone)), key=len, reverse=True):
        rest = rest.replace(word, "")
    for run in _RUNS:
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                rest = rest.replace(run[start : start + length], "")
    rest = re.sub(r"(19|20)\d{2}(0[1-9]|1[0-2])?([0-2]\d|3[01])?", "", rest)
    return len(set(rest)) < 4


def keep(password: str) -> str:
    """The hash to store."""
    return HASHER.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether a password fits; takes one hash of work, also when there is nothing to compare with."""
    try:
        HASHER.verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
