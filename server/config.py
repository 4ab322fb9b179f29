"""The only reader of the environment: where data lives, which database, which mode."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


KNOWN_PUSH_HOSTS = (
    "fcm.googleapis.com",  # Chrome, Edge on Android, and most browsers made from Chromium
    "updates.push.services.mozilla.com",  # Firefox
    "*.push.apple.com",  # Safari and home-screen apps of an iPhone
    "*.notify.windows.com",  # Edge on Windows
)
"""What ``PUSH_HOSTS=known`` stands for; see docs/deploy for what it means for a firewall."""


class ConfigRefused(RuntimeError):
    """The environment asks for something the server will not start with."""


@dataclass(frozen=True)
class Config:
    """Everything the application may know about where it runs.

    ``public_origin``: what is printed into door codes, e.g. ``https://linli.example``.
    ``lease_hours``: how long a phone may read what it holds without a word of the server.
    ``mode``: ``production`` (the default), ``development`` (API docs page) or ``test``.
    ``push_hosts``: the push services this server may write to, ``*.`` for all below a name; none, no push.
    ``push_contact``: whom a push service may write to about this server, an https or mailto address.
    ``push_loopback``: tests only, a push service on this machine.
    ``second_factor``: ``offered`` to whoever wants it, or ``demanded`` of everybody with an office (S5).
    ``worker_off``: phones give up their service worker at the next contact and keep their records.
    """

    data_dir: Path
    database_url: str
    keys_file: Path
    public_origin: str = "http://localhost:8000"
    mode: str = "production"
    own_origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    log_level: str = "warning"
    metrics_dir: Path | None = None
    lease_hours: int = 72
    pwa_dist: Path = field(default_factory=lambda: ROOT / "pwa" / "dist")
    worker_off: bool = False
    push_hosts: tuple[str, ...] = ()
    push_contact: str = ""
    push_loopback: bool = False
    second_factor: str = "offered"

    @property
    def root(self) -> Path:
        """Where the project lies (migrations, scripts)."""
        return ROOT

    @property
    def testing(self) -> bool:
        return self.mode == "test"


def _database_url(given: str | None, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'linli.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given[len(prefix) :]
    return given


def _log_level(given: str) -> str:
    if given.lower() not in ("debug", "info", "warning", "error"):
        raise ConfigRefused(f"LOG_LEVEL is {given!r}; it can be debug, info, warning or error")
    return given.lower()


_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\Z")


def _push_hosts(given: str) -> tuple[str, ...]:
    """Names alone: no address of a machine, no port, no ``*`` for everything."""
    hosts: list[str] = []
    for one in (part.strip().lower() for part in given.split(",")):
        if one == "known":
            hosts += KNOWN_PUSH_HOSTS
        elif one and (_HOST.match(one) is None or one.count(".") < 2):
            raise ConfigRefused(
                f"PUSH_HOSTS holds {one!r}; it takes names such as fcm.googleapis.com or *.push.apple.com, or the word known"
            )
        elif one:
            hosts.append(one)
    return tuple(dict.fromkeys(hosts))


def _push_contact(given: str, public: str, hosts: tuple[str, ...]) -> str:
    said = given or (public if public.startswith("https://") else "")
    if hosts and not said.startswith(("https://", "mailto:")):
        raise ConfigRefused(
            f"PUSH_CONTACT is {given!r}; push services want an https:// or mailto: address to write to"
        )
    return said


def _second_factor(given: str) -> str:
    if given not in ("offered", "demanded"):
        raise ConfigRefused(f"SECOND_FACTOR is {given!r}; it can be offered or demanded")
    return given


def _lease_hours(given: str) -> int:
    if not given.isdecimal() or not 24 <= int(given) <= 14 * 24:
        raise ConfigRefused(f"LEASE_HOURS is {given!r}; it can be 24 to 336 (14 days)")
    return int(given)


def from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """Read ``DATA_DIR DATABASE_URL PUBLIC_ORIGIN OWN_ORIGINS LINLI_MODE LINLI_KEYS TRUSTED_PROXIES
    LOG_LEVEL LEASE_HOURS PROMETHEUS_MULTIPROC_DIR PWA_DIST WORKER_OFF PUSH_HOSTS PUSH_CONTACT
    PUSH_LOOPBACK SECOND_FACTOR``.

    Raises :class:`ConfigRefused` when a fault switch is set outside tests (S69).
    """
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("DATA_DIR") or ROOT / "var").resolve()
    mode = env.get("LINLI_MODE", "production")
    if mode not in ("production", "development", "test"):
        raise ConfigRefused(f"LINLI_MODE is {mode!r}; it can be production, development or test")
    if mode != "test" and any(name.startswith("LINLI_FAULT") for name in env):
        raise ConfigRefused("a fault switch (LINLI_FAULT…) is set; it is for tests only")
    if mode != "test" and env.get("PUSH_LOOPBACK"):
        raise ConfigRefused("PUSH_LOOPBACK is set; it is for tests only")
    origins = tuple(
        o.strip().rstrip("/") for o in env.get("OWN_ORIGINS", "").split(",") if o.strip()
    )
    public = env.get("PUBLIC_ORIGIN", "http://localhost:8000").rstrip("/")
    hosts = _push_hosts(env.get("PUSH_HOSTS", ""))
    return Config(
        data_dir=data_dir,
        database_url=_database_url(env.get("DATABASE_URL"), data_dir),
        keys_file=Path(env.get("LINLI_KEYS") or data_dir / "keys.json"),
        public_origin=public,
        mode=mode,
        own_origins=(public, *origins),
        trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
        log_level=_log_level(env.get("LOG_LEVEL", "warning")),
        lease_hours=_lease_hours(env.get("LEASE_HOURS", "72")),
        second_factor=_second_factor(env.get("SECOND_FACTOR") or "offered"),
        metrics_dir=Path(env["PROMETHEUS_MULTIPROC_DIR"])
        if env.get("PROMETHEUS_MULTIPROC_DIR")
        else None,
        pwa_dist=Path(env.get("PWA_DIST") or ROOT / "pwa" / "dist"),
        worker_off=env.get("WORKER_OFF", "") == "1",
        push_hosts=hosts,
        push_contact=_push_contact(env.get("PUSH_CONTACT", ""), public, hosts),
        push_loopback=env.get("PUSH_LOOPBACK", "") == "1",
    )
