"""The words a resident is found by, and how a typed query becomes ranges over them.

One way on both databases: every word is stored with its tails, so that any part of a name is the
beginning of some stored word and a search is a range of bytes.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

LONGEST = 60
LETTERS = re.compile(r"[a-z]+")
DIGITS = re.compile(r"[0-9]+")
NUMBER_RUNS = re.compile(r"[0-9]+")
SPLIT = re.compile(r"[\s，,、;；]+")
WIDE = re.compile("[\uff01-\uff5e]")
SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "任": "ren", "盖": "ge",
    "区": "ou", "朴": "piao", "尉": "yu", "乐": "yue", "翟": "zhai", "葛": "ge", "员": "yun", "召": "shao",
}  # fmt: skip
"""Surnames that sound otherwise than their sign usually does."""
HIGHEST = "\U0010ffff"


@dataclass(frozen=True)
class Term:
    """One word of a query: a range of plain words, or blind indexes that must match as they are."""

    prefix: str
    phone_tail: str | None = None


def plain(text: str) -> str:
    """Half-width, lower case, without inner spaces."""
    narrow = WIDE.sub(lambda match: chr(ord(match.group()) - 0xFEE0), text)
    return re.sub(r"[\s·•\u200b]+", "", narrow).lower()


@functools.lru_cache(maxsize=20_000)
def _syllable(sign: str) -> str:
    """The pinyin of one sign; names have no phrases that would change it."""
    from pypinyin import Style, lazy_pinyin  # 55 MB, needed by few processes

    return "".join(lazy_pinyin(sign, style=Style.NORMAL)).lower()


def syllables(name: str) -> list[str]:
    """A name's pinyin, one syllable a sign; signs without one stand for themselves."""
    said = [_syllable(sign) for sign in name]
    if said and name[0] in SURNAMES:
        said[0] = SURNAMES[name[0]]
    return said


def name_words(name: str) -> set[str]:
    """Every tail of the name, of its pinyin by syllable, and of its initials."""
    whole = plain(name)
    words = {whole[start:] for start in range(len(whole))}
    said = syllables(whole)
    words |= {"".join(said[start:]) for start in range(len(said))}
    initials = "".join(syllable[0] for syllable in said if syllable)
    words |= {initials[start:] for start in range(len(initials))}
    return {word[:LONGEST] for word in words if word}


def place_words(address: str, building: str, unit: str, room: str, *others: str) -> set[str]:
    """The address from its beginning and from each number in it, the door written with dashes, the room."""
    whole = plain(address)
    words = {whole} | {whole[match.start() :] for match in NUMBER_RUNS.finditer(whole)}
    words |= {whole[start:] for start in range(min(len(NUMBER_RUNS.split(whole, 1)[0]), 6))}
    door = [part for part in (building, unit, room) if part]
    if len(door) > 1:
        words |= {"-".join(door), "".join(door)}
    words |= {plain(other) for other in (room, *others)}
    return {word[:LONGEST] for word in words if word}


def terms_of(query: str) -> list[Term]:
    """The words of a query, at most six; digits may also be the end of a phone number."""
    terms = []
    for part in SPLIT.split(query):
        word = plain(part)[:LONGEST]
        if not word:
            continue
        tail = word[-4:] if DIGITS.fullmatch(word) and len(word) >= 4 else None
        terms.append(Term(word, tail))
    return terms[:6]


def upper_bound(prefix: str) -> str:
    """The end of the range of words that begin with the prefix."""
    return prefix + HIGHEST
