"""How alike two texts are: the share of neighbouring pairs of signs they have in common.

Chinese is not cut into words here; pairs of signs find 楼道灯 in 楼道的灯 and need no dictionary.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

_NUMERALS = str.maketrans("一二三四五六七八九两", "1234567892", "的了着呢吧啊")
"""三层 and 3层 are the same floor; what only colours a sentence is left out."""


def pairs_of(text: str) -> frozenset[str]:
    """Neighbouring pairs of letters and digits, whatever stands between them."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_NUMERALS)
    return frozenset(a + b for a, b in pairwise(sign for sign in folded if sign.isalnum()))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1, measured at the shorter of the two: a short report may lie within a long one."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0
