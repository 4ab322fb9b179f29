"""The server does not start with a fault switch, a strange mode, or weak keys (S69, S70)."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from server.app import create_app
from server.config import Config, ConfigRefused, from_environment
from server.kit.crypto import KeyRefused


@pytest.mark.parametrize("mode", [None, "production", "development"])
def test_a_fault_switch_is_for_tests_only(mode: str | None) -> None:
    given = {"LINLI_FAULT_DROP_RESPONSE": "1", **({"LINLI_MODE": mode} if mode else {})}
    with pytest.raises(ConfigRefused):
        from_environment(given)


def test_production_is_what_one_gets_without_asking() -> None:
    assert from_environment({}).mode == "production"


@pytest.mark.parametrize(
    "given", [{"LINLI_MODE": "debug"}, {"LOG_LEVEL": "everything"}], ids=["mode", "log level"]
)
def test_a_setting_nobody_knows_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigRefused):
        from_environment(given)


@pytest.mark.parametrize(
    "given",
    [
        {"PUSH_LOOPBACK": "1"},
        {"PUSH_HOSTS": "*", "PUSH_CONTACT": "mailto:a@example.org"},
        {"PUSH_HOSTS": "*.com", "PUSH_CONTACT": "mailto:a@example.org"},
        {"PUSH_HOSTS": "10.0.0.1", "PUSH_CONTACT": "mailto:a@example.org"},
        {"PUSH_HOSTS": "https://fcm.googleapis.com", "PUSH_CONTACT": "mailto:a@example.org"},
        {"PUSH_HOSTS": "fcm.googleapis.com:8443", "PUSH_CONTACT": "mailto:a@example.org"},
        {"PUSH_HOSTS": "known"},
        {"PUSH_HOSTS": "known", "PUSH_CONTACT": "the office"},
    ],
    ids=[
        "loopback",
        "all",
        "a whole domain",
        "a machine",
        "an address",
        "a port",
        "nobody to ask",
        "no address",
    ],
)
def test_a_list_of_push_services_that_is_too_wide_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigRefused):
        from_environment(given)


def test_push_is_off_until_somebody_names_a_service() -> None:
    assert from_environment({}).push_hosts == ()
    named = from_environment({"PUSH_HOSTS": "known", "PUBLIC_ORIGIN": "https://linli.example"})
    assert "fcm.googleapis.com" in named.push_hosts
    assert named.push_contact == "https://linli.example"


def test_the_application_is_never_in_debug_mode(tmp_path: Path) -> None:
    app = create_app(config(tmp_path))
    assert app.debug is False
    assert app.config["PROPAGATE_EXCEPTIONS"] is False


def config(place: Path) -> Config:
    return Config(
        data_dir=place, database_url=f"sqlite:///{place / 'x.db'}", keys_file=place / "keys.json"
    )


def test_the_first_start_makes_keys_only_their_owner_reads(tmp_path: Path) -> None:
    create_app(config(tmp_path))
    assert os.stat(tmp_path / "keys.json").st_mode & 0o077 == 0


def test_every_installation_has_keys_of_its_own(tmp_path: Path) -> None:
    for name in "ab":
        create_app(config(tmp_path / name))
    assert (tmp_path / "a" / "keys.json").read_text() != (tmp_path / "b" / "keys.json").read_text()


def weakened(place: Path, root: bytes) -> None:
    create_app(config(place))
    file = place / "keys.json"
    kept: dict[str, Any] = json.loads(file.read_text())
    for name in kept["roots"]:
        kept["roots"][name] = base64.b64encode(root).decode()
    file.write_text(json.dumps(kept))


@pytest.mark.parametrize(
    "root",
    [b"dev", b"\0" * 32, b"a" * 32, b"changeme" * 4, b""],
    ids=["short", "zeros", "one letter", "changeme", "none"],
)
def test_a_weak_or_default_key_is_refused(tmp_path: Path, root: bytes) -> None:
    weakened(tmp_path, root)
    with pytest.raises(KeyRefused):
        create_app(config(tmp_path))
