"""An import-linter contract: what a feature keeps to itself, without naming every feature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True)
class Intrusion:
    """One import that reaches into another feature's private module."""

    importer: str
    imported: str
    lines: tuple[int, ...]


def feature_of(module: str, root: str) -> str:
    """``server.visits.repository`` belongs to ``visits``; sub-packages belong to their package."""
    parts = module.removeprefix(root + ".").split(".")
    return parts[0]


def intrusions(
    graph: Any, root: str, private: set[str], insiders: set[str], open_packages: set[str]
) -> Iterator[Intrusion]:
    """Every direct import of a private module from outside its own feature."""
    for imported in sorted(graph.modules):
        name = imported.rsplit(".", 1)[-1]
        owner = feature_of(imported, root)
        if name not in private or owner in open_packages or imported.count(".") < 2:
            continue
        for importer in sorted(graph.find_modules_that_directly_import(imported)):
            other = feature_of(importer, root)
            if other == owner or other in insiders or f"{other} -> {owner}" in insiders:
                continue
            details = graph.get_import_details(importer=importer, imported=imported)
            yield Intrusion(importer, imported, tuple(d["line_number"] for d in details))


class PrivateModules(Contract):  # type: ignore[misc]  # import-linter's base is untyped here
    """Modules named ``private_names`` are imported only inside their own feature.

    ``may_look_inside``: packages that may import them all the same, or pairs ``who -> whose``.
    ``open_packages``: packages whose modules are nobody's private business.
    """

    private_names = fields.SetField(subfield=fields.StringField())
    may_look_inside = fields.SetField(subfield=fields.StringField(), required=False)
    open_packages = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        root = self.session_options["root_packages"][0]
        found = list(
            intrusions(
                graph,
                root,
                set(self.private_names),
                set(self.may_look_inside or ()),
                set(self.open_packages or ()),
            )
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for one in check.metadata["found"]:
            lines = ", ".join(f"l.{n}" for n in one.lines)
            output.print_error(f"{one.importer} -> {one.imported} ({lines})")
