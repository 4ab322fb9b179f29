"""What is installed is what was locked: every version pinned, every package with its hashes."""

from __future__ import annotations

import json
import re

import pytest

from scripts._lib.lock import LOCKS
from scripts._lib.say import ROOT

_PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")


def pins(name: str) -> dict[str, str]:
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        pin = _PIN.match(line)
        if pin:
            found[re.sub(r"[-_.]+", "-", pin[1]).lower()] = pin[2]
    return found


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_locked_package_carries_hashes(lock: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text())
    packages = [block for block in blocks if _PIN.match(block)]
    assert packages
    assert [b.splitlines()[0] for b in packages if "--hash=sha256:" not in b] == []


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_names_no_address_and_no_option(lock: str) -> None:
    strange = [
        line
        for line in (ROOT / lock).read_text().splitlines()
        if "://" in line or re.match(r"\s*--(?!hash=)", line) or line.startswith("-")
    ]
    assert strange == []


@pytest.mark.parametrize(("source", "lock"), LOCKS.items())
def test_the_lock_holds_what_its_source_asks_for(source: str, lock: str) -> None:
    have = pins(lock)
    assert {n: v for n, v in pins(source).items() if have.get(n) != v} == {}


def test_every_wish_is_pinned_exactly() -> None:
    loose = [
        line
        for source in LOCKS
        for line in (ROOT / source).read_text().splitlines()
        if line and not line.startswith(("#", "-c ", "-r ")) and not _PIN.match(line)
    ]
    assert loose == []


@pytest.mark.parametrize("smaller", ["requirements.txt", "requirements-build.txt"])
def test_the_development_lock_agrees_with_the_smaller_ones(smaller: str) -> None:
    large = pins("requirements-dev.txt")
    assert {n: v for n, v in pins(smaller).items() if large.get(n) != v} == {}


def test_npm_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "pwa" / "package.json").read_text())
    wishes = {**package["dependencies"], **package["devDependencies"]}
    assert {n: v for n, v in wishes.items() if not re.fullmatch(r"\d+\.\d+\.\d+[\w.-]*", v)} == {}


def test_npm_lock_entries_carry_integrity_and_no_address() -> None:
    lock = json.loads((ROOT / "pwa" / "package-lock.json").read_text())
    entries = {n: e for n, e in lock["packages"].items() if n and not e.get("link")}
    assert [n for n, e in entries.items() if "sha512-" not in e.get("integrity", "")] == []
    assert [n for n, e in entries.items() if "resolved" in e] == []
    wanted = json.loads((ROOT / "pwa" / "package.json").read_text())
    root = lock["packages"][""]
    assert root["dependencies"] == wanted["dependencies"]
    assert root["devDependencies"] == wanted["devDependencies"]
