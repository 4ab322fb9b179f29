"""To which addresses this server may write: only push services the operator has named (S61).

An address comes from a browser, so from anybody who is logged in. It is looked at when it is stored
and again when it is used; the connection itself is looked at once more (sending.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from server.kit.errors import ApiError

LONGEST = 1024


class PushNotOffered(ApiError):
    code, status = "push.not_offered", 409
    zh = "这里还没有开通提醒，没有打开。消息照样在“消息”里。"
    en = (
        "Reminders are not set up here, so none was turned on. Messages are still under “Messages”."
    )


class PushHostRefused(ApiError):
    code, status = "push.host_refused", 422
    zh = "这个浏览器的提醒服务不在这里的名单上，没有打开。消息照样在“消息”里。"
    en = "This browser's reminder service is not on our list, so it was not turned on. Messages are still under “Messages”."


def checked(endpoint: str, allowed: Sequence[str], *, loopback: bool = False) -> str:
    """The host of an address that may be written to. Raises PushHostRefused.

    ``loopback`` is the tests' switch: plain HTTP to this machine, and nothing else beside the list.
    """
    parts = _split(endpoint)
    host = (parts.hostname or "").lower()
    if loopback and parts.scheme == "http" and host == "127.0.0.1":
        return host
    if parts.scheme != "https" or _port(parts) not in (None, 443):
        raise PushHostRefused()
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise PushHostRefused()
    if not any(_fits(host, one) for one in allowed):
        raise PushHostRefused()
    return host


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, so none of this house."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or found
    return bool(inner.is_global) and not inner.is_multicast


def _split(endpoint: str) -> SplitResult:
    if len(endpoint) > LONGEST or not endpoint.isascii() or any(s <= " " for s in endpoint):
        raise PushHostRefused()
    if "\\" in endpoint:
        raise PushHostRefused()
    try:
        return urlsplit(endpoint)
    except ValueError as broken:
        raise PushHostRefused() from broken


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as broken:
        raise PushHostRefused() from broken


def _fits(host: str, allowed: str) -> bool:
    """``fcm.googleapis.com`` is itself; ``*.push.apple.com`` is anything one name or more below it."""
    if allowed.startswith("*."):
        return host.endswith(allowed[1:]) and len(host) > len(allowed) - 1
    return host == allowed
