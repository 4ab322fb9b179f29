"""Imports go downward and stay out of other features' private rooms."""

from __future__ import annotations

import configparser
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from scripts._lib.say import ROOT

PACKAGES = ("kit", "access", "residents", "tasks", "visits", "concerns", "reports")


def lint(place: Path, config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", config, "--no-cache"],
        cwd=place, check=False, capture_output=True, text=True,
        env={"PYTHONPATH": f"{place}:{ROOT}", "PATH": "/usr/bin:/bin", "HOME": str(place)},
    )  # fmt: skip


def test_the_tree_keeps_every_contract() -> None:
    answer = lint(ROOT, ROOT / ".importlinter")
    assert answer.returncode == 0, answer.stdout


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A made-up server with a few packages, and our contracts over it."""
    for name in ("", *PACKAGES):
        folder = tmp_path / "server" / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in ("__init__", "models", "service", "repository"):
            (folder / f"{file}.py").touch()
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = config["importlinter:contract:layers"]["layers"].splitlines()
    kept = [
        " | ".join(f"({part.strip().strip('()')})" for part in line.split("|"))
        for line in layers
        if line.strip()
    ]
    config["importlinter:contract:layers"]["layers"] = "\n" + "\n".join(kept)
    config["importlinter:contract:layers"]["exhaustive"] = "False"
    config.remove_section("importlinter:contract:kit-knows-no-framework-of-ours")
    with (tmp_path / "contracts.ini").open("w") as file:
        config.write(file)
    return tmp_path


def write(tree: Path, name: str, source: str) -> subprocess.CompletedProcess[str]:
    (tree / "server" / name).write_text(textwrap.dedent(source))
    return lint(tree, tree / "contracts.ini")


def test_an_import_downward_passes(small_tree: Path) -> None:
    answer = write(small_tree, "visits/service.py", "from server.tasks import service")
    assert answer.returncode == 0, answer.stdout


def test_an_import_upward_is_caught(small_tree: Path) -> None:
    answer = write(small_tree, "tasks/service.py", "from server.visits import service")
    assert answer.returncode == 1
    assert "server.tasks.service -> server.visits.service" in answer.stdout


def test_an_import_sideways_is_caught(small_tree: Path) -> None:
    answer = write(small_tree, "visits/service.py", "from server.concerns import service")
    assert answer.returncode == 1


@pytest.mark.parametrize("private", ["models", "repository"])
def test_another_features_private_module_is_caught(small_tree: Path, private: str) -> None:
    answer = write(small_tree, "visits/service.py", f"from server.residents import {private}")
    assert answer.returncode == 1
    assert f"server.visits.service -> server.residents.{private}" in answer.stdout


def test_its_own_private_module_passes(small_tree: Path) -> None:
    answer = write(small_tree, "visits/service.py", "from server.visits import models, repository")
    assert answer.returncode == 0, answer.stdout


def test_reports_may_look_inside(small_tree: Path) -> None:
    answer = write(small_tree, "reports/service.py", "from server.visits import models")
    assert answer.returncode == 0, answer.stdout
