"""The tree keeps its rules: one failing line names the file, the line and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from scripts._lib.say import ROOT
from scripts._lib.suppressions import tracked
from tests.architecture import lints

SERVER = "server/"


def found(
    lint: lints.Lint,
    suffixes: Iterable[str],
    where: Callable[[str], bool],
) -> str:
    """What a lint says about the tracked files that ``where`` picks, a line each."""
    said = []
    for path in tracked(suffixes):
        name = path.relative_to(ROOT).as_posix()
        if where(name):
            said.extend(f"{name}:{line}: {what}" for line, what in lint(_text(path)))
    return "\n".join(said)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def server_except(*names: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(SERVER) and name not in {SERVER + n for n in names}


def test_reads_start_in_repositories() -> None:
    def outside(name: str) -> bool:
        conditions = "server/access/predicates.py"  # what every repository's visible_to is made of
        return (
            name.startswith(SERVER) and not name.endswith("/repository.py") and name != conditions
        )

    assert found(lints.selects, [".py"], outside) == ""


def test_only_config_reads_the_environment() -> None:
    assert found(lints.environment, [".py"], server_except("config.py")) == ""


def test_only_the_clock_asks_the_time() -> None:
    assert found(lints.clocks, [".py"], server_except("kit/clock.py")) == ""


def test_only_the_edge_commits() -> None:
    edge = server_except("kit/unit_of_work.py", "kit/database.py", "cli.py")  # cli: installing
    assert found(lints.commits, [".py"], edge) == ""


def test_sql_is_never_pasted_together() -> None:
    assert found(lints.built_sql, [".py"], lambda n: n.startswith((SERVER, "migrations/"))) == ""


def test_nothing_turns_data_into_code() -> None:
    everywhere = (SERVER, "migrations/", "scripts/")
    assert found(lints.dangerous, [".py"], lambda n: n.startswith(everywhere)) == ""


def test_tests_never_sleep() -> None:
    assert found(lints.sleeps, [".py"], lambda n: n.startswith("tests/")) == ""


def test_no_test_leaves_itself_out() -> None:
    assert found(lints.skips, [".py"], lambda n: n.startswith("tests/")) == ""
    assert found(lints.skips_ts, [".test.ts"], lambda n: n.startswith("pwa/")) == ""


def test_no_test_is_written_so_that_it_cannot_fail() -> None:
    assert found(lints.never_fails, [".py"], lambda n: n.startswith("tests/")) == ""


def test_every_module_says_why_it_exists() -> None:
    mine = (SERVER, "scripts/", "tests/")
    assert found(lints.no_purpose, [".py"], lambda n: n.startswith(mine)) == ""


def test_no_code_names_a_foreign_origin() -> None:
    def runs(name: str) -> bool:
        if ".test." in name or name.startswith("pwa/src/sync/testing/"):
            return False
        return name.startswith((SERVER, "pwa/src/", "pwa/public/")) or name == "pwa/index.html"

    kinds = [".py", ".ts", ".vue", ".html", ".css", ".webmanifest", ".svg", ".js"]
    assert found(lints.foreign_origins, kinds, runs) == ""


def test_no_file_knows_one_particular_machine() -> None:
    kinds = [".py", ".ts", ".vue", ".md", ".json", ".toml", ".sh", ".txt", ".in", ".yml", ".js"]
    mine = "tests/architecture/"
    assert found(lints.machine_paths, kinds, lambda n: not n.startswith(mine)) == ""


def test_no_secret_is_in_the_tree() -> None:
    kinds = ["", ".py", ".ts", ".md", ".json", ".toml", ".sh", ".env", ".yml", ".vue", ".pem"]
    large = ("requirements", "pwa/package-lock.json", "tests/architecture/")
    assert found(lints.secrets, kinds, lambda n: not n.startswith(large) and _small(n)) == ""


def _small(name: str) -> bool:
    path = ROOT / name
    return path.stat().st_size < 2_000_000 and b"\0" not in path.read_bytes()[:4096]
