"""Further builds of the PWA, made from the one that was built: other content, other file names, another version."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

_MANIFEST = re.compile(r'\[\{"integrity".*?\}\]')
_VERSION = "0.1.0"


def next_build(dist: Path, folder: Path, version: str) -> Path:
    """A build as a later release would be: every hashed file has a new name and the old names are gone."""
    shutil.copytree(dist, folder, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    names = {
        file.name: file.name.replace(file.suffix, f"{version.replace('.', '')}{file.suffix}")
        for file in (folder / "assets").iterdir()
    }
    names = {old: new for old, new in names.items() if not old.endswith(".wasm")}
    for file in [*folder.glob("*"), *(folder / "assets").iterdir()]:
        if file.suffix in (".js", ".css", ".html"):
            text = file.read_text()
            for old, new in names.items():
                text = text.replace(old, new)
            if file.suffix == ".js":
                text = text.replace(f"`{_VERSION}`", f"`{version}`").replace(
                    f'"{_VERSION}"', f'"{version}"'
                )
            file.write_text(text)
    for old, new in names.items():
        (folder / "assets" / old).rename(folder / "assets" / new)
    for entry in (entries := _manifest(folder)):
        content = (folder / entry["url"]).read_bytes()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        entry["integrity"] = f"sha384-{digest}"
        if entry["revision"] is not None:
            entry["revision"] = hashlib.md5(content, usedforsecurity=False).hexdigest()
    _write_manifest(folder, entries)
    return folder


def without_hashes(build: Path) -> Path:
    """The protection taken out: the worker keeps whatever it is given."""
    entries = _manifest(build)
    for entry in entries:
        del entry["integrity"]
    _write_manifest(build, entries)
    return build


def _manifest(build: Path) -> list[dict[str, Any]]:
    found = _MANIFEST.search((build / "sw.js").read_text())
    assert found is not None
    entries: list[dict[str, Any]] = json.loads(found[0])
    return entries


def _write_manifest(build: Path, entries: list[dict[str, Any]]) -> None:
    worker = build / "sw.js"
    worker.write_text(_MANIFEST.sub(lambda _: json.dumps(entries), worker.read_text()))
