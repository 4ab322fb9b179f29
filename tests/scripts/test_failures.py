"""When something is missing, a command says what, and what to do - and the next run heals it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import venv
from pathlib import Path

import pytest

from scripts._lib import environment, ports, pwa, start, tools
from scripts._lib.say import ROOT, Stop


def fake_python(folder: Path, version: tuple[int, int]) -> None:
    """A ``python3`` that is too old for what the commands ask of it."""
    program = folder / "python3"
    program.write_text(f"#!/bin/sh\n# pretends to be {version}\nexit 1\n")
    program.chmod(0o755)


@pytest.mark.parametrize("command", ["start", "test", "check"])
def test_without_a_new_enough_python_a_sentence_says_so(tmp_path: Path, command: str) -> None:
    fake_python(tmp_path, (3, 9))
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    answer = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / command],
        check=False, capture_output=True, text=True, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert answer.returncode == 3
    assert "Python 3.11" in answer.stderr
    assert "apt install python3" in answer.stderr


def test_a_port_in_use_is_told_before_anything_is_built() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=f"Port {port} is in use .* PORT={port + 1}"):
            ports.need_port("127.0.0.1", port)


def test_a_free_port_passes() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ports.need_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Stop, match="Check HOST"):
        ports.need_port("192.0.2.1", 8000)


@pytest.mark.parametrize("given", ["0", "70000", "http", "-1", "８０００", "8000 "])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PORT", given)
    with pytest.raises(Stop, match="port number"):
        start.port_wanted()


def test_a_data_directory_that_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "below"))
    with pytest.raises(Stop, match="DATA_DIR"):
        start.data_dir()


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("ERROR: [Errno -3] Temporary failure in name resolution", "package source"),
        ("npm error code ENOTFOUND", "package source"),
        ("ERROR: Could not find a version (from versions: none)", "package source"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "locked hash"),
        ("npm error code EINTEGRITY", "locked hash"),
        ("Segmentation fault", "failed"),
    ],
)
def test_the_cause_of_a_failed_build_is_named(output: str, says: str) -> None:
    stop = tools.explain("安装 installing", output)
    assert says in stop.en
    assert stop.zh


def test_a_failing_command_is_told_with_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(Stop) as told:
        tools.run_logged("做 do", ["sh", "-c", "echo broken thing; exit 3"], log=tmp_path / "log")
    assert "broken thing" in told.value.details


def test_too_little_disk_is_told_before_it_runs_out(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="Free some space"):
        tools.need_space(10**9, tmp_path)


def lock(**packages: dict[str, object]) -> str:
    return json.dumps({"packages": {"": {}, **packages}})


def test_an_interrupted_npm_install_is_noticed(tmp_path: Path) -> None:
    wanted, have = tmp_path / "package-lock.json", tmp_path / "have.json"
    wanted.write_text(lock(a={"version": "1.0.0"}, b={"version": "2.0.0", "optional": True}))
    assert pwa.missing_packages(wanted, have) == ["a"]
    have.write_text("{ half")
    assert pwa.missing_packages(wanted, have) == ["a"]
    have.write_text(lock(a={"version": "0.9.0"}))
    assert pwa.missing_packages(wanted, have) == ["a"]
    have.write_text(lock(a={"version": "1.0.0"}))
    assert pwa.missing_packages(wanted, have) == []


@pytest.fixture(scope="module")
def plain_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / ".venv"
    venv.EnvBuilder(with_pip=True, symlinks=True).create(folder)
    return folder


@pytest.fixture
def made(empty_project: Path, plain_venv: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with its environment made."""
    shutil.copytree(plain_venv, empty_project / ".venv", symlinks=True)
    with monkeypatch.context() as patch:
        patch.setattr(environment, "run_logged", lambda *_a, **_k: None)
        environment.python_environment("run")
    return empty_project


@pytest.fixture
def empty_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project whose lock files name no package, so that building it is quick."""
    for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("# nothing\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def test_a_half_made_environment_is_made_anew(empty_project: Path) -> None:
    (empty_project / ".venv" / "bin").mkdir(parents=True)
    (empty_project / ".venv" / "bin" / "python").write_text("cut off")
    (empty_project / ".venv" / "bin" / "python").chmod(0o755)
    environment.python_environment("run")
    ran = subprocess.run(
        [environment.PYTHON, "-c", "import pip"], check=False, env={"PATH": os.defpath}
    )
    assert ran.returncode == 0


def test_an_environment_is_not_made_twice(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "run_logged", lambda *_a, **_k: pytest.fail("installed again"))
    environment.python_environment("run")


def test_changed_locks_are_installed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (made / "requirements.txt").write_text("# another\n")
    ran: list[str] = []
    monkeypatch.setattr(environment, "run_logged", lambda what, *_a, **_k: ran.append(what))
    environment.python_environment("run")
    assert len(ran) == 1


def test_an_interrupted_install_leaves_no_stamp(
    empty_project: Path, plain_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(plain_venv, empty_project / ".venv", symlinks=True)

    def cut_off(*_a: object, **_k: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "run_logged", cut_off)
    with pytest.raises(KeyboardInterrupt):
        environment.python_environment("run")
    monkeypatch.undo()
    assert not list((empty_project / ".venv").glob(".linli-*.json"))


def test_an_environment_killed_half_way_is_made_anew(
    empty_project: Path, plain_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(plain_venv, empty_project / ".venv", symlinks=True)
    (empty_project / ".venv" / "half a package").touch()

    def killed(*_a: object, **_k: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "run_logged", killed)
    with pytest.raises(KeyboardInterrupt):
        environment.python_environment("run")
    monkeypatch.setattr(environment, "run_logged", lambda *_a, **_k: None)
    environment.python_environment("run")
    assert not (empty_project / ".venv" / "half a package").exists()
    assert environment._fresh("run")


def test_an_environment_without_network_is_kept(
    empty_project: Path, plain_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(plain_venv, empty_project / ".venv", symlinks=True)
    (empty_project / ".venv" / "kept").touch()

    def offline(*_a: object, **_k: object) -> None:
        raise tools.explain("x", "getaddrinfo failed")

    monkeypatch.setattr(environment, "run_logged", offline)
    with pytest.raises(Stop, match="package source"):
        environment.python_environment("run")
    monkeypatch.setattr(environment, "run_logged", lambda *_a, **_k: None)
    environment.python_environment("run")
    assert (empty_project / ".venv" / "kept").exists()
