"""Reads the logic of a sheet (XPath 1.0 with the functions of XForms) before anybody is asked by it.

pyxform checks references and lets any other text through; the phone's engine would refuse a broken
expression at the door. elementpath parses; nothing is evaluated here, evaluating is the engine's.
"""

from __future__ import annotations

import re

from elementpath import XPath1Parser
from elementpath.exceptions import ElementPathError

MOST_SIGNS = 500
MOST_DEPTH = 24
REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}")

FUNCTIONS: dict[str, int | tuple[int, int | None]] = {
    # of XPath 1.0
    "boolean": 1,
    "ceiling": 1,
    "concat": (2, None),
    "contains": 2,
    "false": 0,
    "floor": 1,
    "normalize-space": 1,
    "not": 1,
    "number": 1,
    "round": 1,
    "starts-with": 2,
    "string": 1,
    "string-length": 1,
    "substring": (2, 3),
    "true": 0,
    # of XForms, as ODK has them
    "abs": 1,
    "coalesce": 2,
    "count-selected": 1,
    "date": 1,
    "ends-with": 2,
    "format-date": 2,
    "if": 3,
    "int": 1,
    "max": (1, None),
    "min": (1, None),
    "regex": 2,
    "selected": 2,
    "substr": (2, 3),
    "today": 0,
}
"""What an expression may call, and with how many values. All are in the engine (pwa/src/features/visits/own/xformEngine.test.ts)."""


class _Parser(XPath1Parser):
    """Parses and evaluates nothing: values exist only on the phone."""

    def parse(self, source: str):  # type: ignore[no-untyped-def]  # its base has the type
        if self.tokenizer is None:
            self.tokenizer = self.create_tokenizer(self.symbol_table)
        return super(XPath1Parser, self).parse(source)


for _name, _nargs in FUNCTIONS.items():
    _Parser.function(_name, nargs=_nargs)

_OPERATORS = frozenset(
    {"and", "or", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "(", "$", ".", ","}
)
_LITERALS = frozenset({"(string)", "(integer)", "(decimal)", "(float)"})


class Unreadable(Exception):
    """Why an expression is not taken: a code of problems.py and the word it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.about = about


def references(expression: str) -> set[str]:
    """The names a text or an expression refers to as ``${name}``."""
    return set(REFERENCE.findall(expression))


def check(expression: str, *, here: bool) -> set[str]:
    """The names an expression asks after; ``here``: whether it may speak of its own answer (``.``).

    Raises :class:`Unreadable`.
    """
    if len(expression) > MOST_SIGNS:
        raise Unreadable("logic_too_long")
    asked = references(expression)
    plain = REFERENCE.sub(lambda found: f" $n{found.group(1)} ", expression)
    if re.sub(r"'[^']*'|\"[^\"]*\"", "", expression).count("$") != len(
        REFERENCE.findall(expression)
    ):
        raise Unreadable("logic_broken", expression[:60])
    unknown = [
        name
        for name in re.findall(
            r"([A-Za-z_][\w:.-]*)\s*\(", re.sub(r"'[^']*'|\"[^\"]*\"", "''", plain)
        )
        if name not in FUNCTIONS and name not in ("and", "or", "div", "mod")
    ]
    if unknown:
        raise Unreadable("logic_function", unknown[0][:40])
    try:
        root = _Parser().parse(plain)
        tokens = list(root.iter())
    except (ElementPathError, RecursionError) as broken:
        raise Unreadable("logic_broken", expression[:60]) from broken
    if expression.count("(") > MOST_DEPTH:
        raise Unreadable("logic_too_long")
    for token in tokens:
        symbol = token.symbol
        if symbol in _OPERATORS or symbol in _LITERALS or symbol in FUNCTIONS:
            if symbol == "." and not here:
                raise Unreadable("logic_own_answer")
            continue
        if symbol == "(name)" and str(token.value)[:1] == "n" and str(token.value)[1:] in asked:
            continue
        raise Unreadable("logic_path", str(getattr(token, "value", symbol))[:40])
    return asked
