"""Looks through a checked .xlsx container before anything parses it: DTD, macros, links, hidden parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers import expat

from .archive import repack
from .refusals import Refusal

PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
CELL_WITH_FORMULA = re.compile(
    rb"<" + PREFIX + rb"c\s[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*>\s*<" + PREFIX + rb"f[\s/>]"
)
COLUMN = re.compile(rb"<" + PREFIX + rb"col\s([^>]*?)/?>")
HIDDEN_ROW = re.compile(rb"<" + PREFIX + rb"row\s[^>]*?\bhidden=\"(?:1|true)\"")
ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*\"([^\"]*)\"")
SHEET = re.compile(rb"<" + PREFIX + rb"sheet\s([^>]*?)/?>")
RELATIONSHIP = re.compile(rb"<" + PREFIX + rb"Relationship\s([^>]*?)/?>")
MAX_FORMULAS = 400_000
KEPT = (".xml", ".rels")


@dataclass
class SheetFacts:
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: int = 0


@dataclass
class Inspection:
    container: bytes
    date1904: bool
    external_links: list[str]
    sheets: dict[str, SheetFacts]


def inspect(members: dict[str, bytes]) -> Inspection:
    """Refuse what must not be parsed, note what a person should know, hand back a clean container."""
    lowered = {name.lower() for name in members}
    content_types = members.get("[Content_Types].xml", b"")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise Refusal("macros")
    if (
        b"macroEnabled" in content_types
        or b"vbaProject" in content_types
        or b"macrosheet" in content_types
    ):
        raise Refusal("macros")
    if any(name.endswith("workbook.bin") for name in lowered) or "content.xml" in lowered:
        raise Refusal("save_as_xlsx")
    if "xl/workbook.xml" not in lowered:
        raise Refusal("unsupported")
    readable = {
        name: _as_utf8(content) for name, content in members.items() if _is_markup(name, content)
    }
    for content in readable.values():
        _refuse_dtd(content)
    workbook = next(
        content for name, content in readable.items() if name.lower() == "xl/workbook.xml"
    )
    links = list(_external_links(readable))
    kept = {
        name: content
        for name, content in readable.items()
        if name.lower().endswith(KEPT) and "/externallinks/" not in name.lower()
    }
    return Inspection(
        container=repack(kept),
        date1904=bool(re.search(rb"date1904\s*=\s*\"(?:1|true)\"", workbook)),
        external_links=links,
        sheets=dict(_sheet_facts(workbook, readable)),
    )


def _is_markup(name: str, content: bytes) -> bool:
    head = content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return name.lower().endswith(KEPT) or head.startswith(b"<")


def _as_utf8(content: bytes) -> bytes:
    encoding = ""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif content[:4] == b"<\x00?\x00":
        encoding = "utf-16-le"
    elif content[:4] == b"\x00<\x00?":
        encoding = "utf-16-be"
    if not encoding:
        return content
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("broken") from error
    return re.sub(r"encoding\s*=\s*[\"'][^\"']*[\"']", 'encoding="UTF-8"', text, count=1).encode()


def _refuse_dtd(content: bytes) -> None:
    """A document type is the door to entities; no spreadsheet program writes one."""

    def refuse(*_: object) -> int:
        raise Refusal("dtd")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        # Old drawings are not always well-formed; calamine never opens them, and a DTD
        # can only stand before the first element, so it has been seen by now.
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Refusal("dtd") from error


def _attributes(text: bytes) -> dict[str, str]:
    return {
        name.decode().split(":")[-1]: value.decode("utf-8", "replace")
        for name, value in ATTRIBUTE.findall(text)
    }


def _relationships(content: bytes) -> Iterator[dict[str, str]]:
    for match in RELATIONSHIP.finditer(content):
        yield _attributes(match.group(1))


def _external_links(parts: dict[str, bytes]) -> Iterator[str]:
    seen: set[str] = set()
    for name, content in parts.items():
        if not name.lower().endswith(".rels"):
            continue
        for relation in _relationships(content):
            kind = relation.get("Type", "")
            if not kind.endswith(
                ("/externalLinkPath", "/xlPathMissing", "/oleObject", "/externalLinkLongPath")
            ):
                continue
            target = (
                unquote(relation.get("Target", "")).replace("\\", "/").rstrip("/").split("/")[-1]
            )
            if target and target not in seen:
                seen.add(target)
                yield target


def _sheet_facts(workbook: bytes, parts: dict[str, bytes]) -> Iterator[tuple[str, SheetFacts]]:
    by_lower = {name.lower(): content for name, content in parts.items()}
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _relationships(by_lower.get("xl/_rels/workbook.xml.rels", b""))
    }
    for match in SHEET.finditer(workbook):
        attributes = _attributes(match.group(1))
        target = targets.get(attributes.get("id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        content = by_lower.get(path.lower())
        if content is not None:
            yield unescape(attributes.get("name", "")), _facts_of(content)


def unescape(text: str) -> str:
    for entity, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, sign)
    return text


def _facts_of(content: bytes) -> SheetFacts:
    facts = SheetFacts(hidden_rows=len(HIDDEN_ROW.findall(content)))
    for match in CELL_WITH_FORMULA.finditer(content):
        facts.formulas.add((int(match.group(2)) - 1, column_index(match.group(1))))
        if len(facts.formulas) >= MAX_FORMULAS:
            break
    for match in COLUMN.finditer(content):
        attributes = _attributes(match.group(1))
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            facts.hidden_columns.update(range(first - 1, min(last, first + 255)))
    return facts


def column_index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
