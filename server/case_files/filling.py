"""Fills a Word template. A template may fill in and loop, and nothing else.

Two fences, because a template is a program somebody uploads: Jinja's sandbox, and in front of it a closed
list of what may stand in a template at all. The second is checked for every text the filler hands to
Jinja (body, headers, footers, footnotes, properties), so nothing is rendered that was not checked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from server.case_files.facts import KNOWN

LOOP = ("index", "first", "last", "length")
DEEPEST = 2
PARAGRAPH = "\a"
"""What docxtpl makes a new paragraph of."""
sandboxed = True
"""Taken down by one test alone, to show that the others would notice."""

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
)


class Fault(Exception):
    """Something in a template that is not taken: the ``code`` of why and the placeholder's own words."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what[:120]


class Strict(ImmutableSandboxedEnvironment):
    """The environment every template of ours is read by."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, keep_trailing_newline=True, cache_size=0)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            read = super()._parse(source, name, filename)
        except TemplateSyntaxError as wrong:
            raise Fault("not_readable", _words_near(source, wrong.lineno)) from wrong
        if sandboxed:
            _look(read, {}, 0, source)
        return read


def _words_near(source: str, line: int) -> str:
    """The placeholder on the line at which reading stopped; without one, the first that stands open."""
    lines = source.splitlines()
    near = lines[line - 1] if 0 < line <= len(lines) else source
    found = re.search(r"\{[{%].*?(?:[%}]\}|$)", near) or re.search(
        r"\{[{%].{0,80}", source, re.DOTALL
    )
    return re.sub(r"<[^>]*>", "", found.group(0) if found else "").strip()


def _look(node: nodes.Node, names: Mapping[str, tuple[str, ...]], deep: int, source: str) -> None:
    """Refuse whatever is not filling or looping, and every name that stands for nothing."""
    if not isinstance(node, _ALLOWED):
        raise Fault("not_allowed", _words_near(_tail(source, node.lineno), 1))
    if isinstance(node, nodes.Name):
        if node.name not in names and node.name not in KNOWN:
            raise Fault("unknown", node.name)
        return
    if isinstance(node, nodes.Getattr):
        _look_into(node, names)
        return
    if isinstance(node, nodes.For):
        _look_round(node, names, deep, source)
        return
    for child in node.iter_child_nodes():
        _look(child, names, deep, source)


def _look_into(node: nodes.Getattr, names: Mapping[str, tuple[str, ...]]) -> None:
    of = node.node
    said = f"{of.name if isinstance(of, nodes.Name) else ''}.{node.attr}"
    if not isinstance(of, nodes.Name):
        raise Fault("not_allowed", said)
    if node.attr not in names.get(of.name, ()):
        raise Fault("unknown", said)


def _look_round(
    node: nodes.For, names: Mapping[str, tuple[str, ...]], deep: int, source: str
) -> None:
    plain = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name)
    if not plain or node.test is not None or node.recursive or node.else_ or deep >= DEEPEST:
        raise Fault("not_allowed", _words_near(_tail(source, node.lineno), 1))
    assert isinstance(node.iter, nodes.Name)
    assert isinstance(node.target, nodes.Name)
    inside = KNOWN.get(node.iter.name)
    if inside is None:
        raise Fault("unknown" if node.iter.name not in KNOWN else "not_a_list", node.iter.name)
    for child in node.body:
        _look(child, {**names, node.target.name: inside, "loop": LOOP}, deep + 1, source)


def _tail(source: str, line: int) -> str:
    return "\n".join(source.splitlines()[max(line - 1, 0) :])


class _Paper(DocxTemplate):  # type: ignore[misc]  # docxtpl ships no types
    """Each line of what somebody wrote becomes a paragraph of its own, set as the place it stands in."""

    def filled(self, values: Mapping[str, Any]) -> None:
        self._plain = dict(values)
        self.render(_in_paragraphs(self._plain), Strict())

    def render_properties(self, _context: dict[str, Any], jinja_env: Any = None) -> None:
        super().render_properties(self._plain, jinja_env)  # a property has no paragraphs


def _in_paragraphs(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\n", PARAGRAPH)
    if isinstance(value, Mapping):
        return {key: _in_paragraphs(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_paragraphs(one) for one in value]
    return value


def fill(template: bytes, values: Mapping[str, Any]) -> bytes:
    """The document. Raises Fault."""
    paper = _Paper(io.BytesIO(template))
    paper.filled(values)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
