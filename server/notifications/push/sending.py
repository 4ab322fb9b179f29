"""Writing to a push service: encrypted for one browser, signed as this server, and to nobody else.

No redirect is followed, no proxy of the environment is used, and before the first byte is sent the
machine at the other end is looked at: a name on the list that leads into this house is not written to.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog

from server.kit import clock
from server.kit.crypto import Keyring
from server.notifications.push.hosts import is_public

log = structlog.get_logger()

KEPT_BY_THE_SERVICE = timedelta(hours=12)
TOPIC = "inbox"
"""A waking that was not delivered is replaced by the next."""
SIGNED_FOR = timedelta(hours=1)
CONNECT_S, ANSWER_S = 5, 10


@dataclass(frozen=True)
class Outcome:
    """``gone``: that browser is no longer to be found; ``later``: ask again; ``refused``: our fault, do not."""

    kind: Literal["sent", "gone", "later", "refused"]
    status: int | None = None
    after_s: int | None = None


class NotOutside(OSError):
    """The name leads to an address that is not of the open internet."""


def send(
    ring: Keyring,
    keys: dict[str, str],
    said: dict[str, Any],
    *,
    contact: str,
    urgent: bool,
    loopback: bool = False,
) -> Outcome:
    """Wake one browser with a few neutral words. Never raises for what the other side does."""
    import requests
    from pywebpush import WebPushException, webpush

    try:
        with _session(loopback) as session:
            webpush(
                {
                    "endpoint": keys["endpoint"],
                    "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]},
                },
                json.dumps(said, ensure_ascii=False),
                ttl=int(KEPT_BY_THE_SERVICE.total_seconds()),
                headers={
                    **_signed(ring, keys["endpoint"], contact),
                    "Topic": TOPIC,
                    "Urgency": "high" if urgent else "normal",
                },
                timeout=(CONNECT_S, ANSWER_S),
                requests_session=session,
            )
    except WebPushException as told:
        return _of(told.response)
    except (requests.RequestException, OSError) as away:
        log.info("push.away", kind=type(away).__name__)
        return Outcome("later")
    return Outcome("sent")


def _signed(ring: Keyring, endpoint: str, contact: str) -> dict[str, str]:
    """Who writes (RFC 8292), for this service alone and for an hour of our own clock."""
    from py_vapid import Vapid02

    where = urlsplit(endpoint)
    claims = {
        "aud": f"{where.scheme}://{where.netloc.lower().removesuffix(':443')}",
        "sub": contact,
        "exp": int((clock.now() + SIGNED_FOR).timestamp()),
    }
    signed: dict[str, str] = Vapid02(ring.vapid_key()).sign(claims)
    return signed


def _of(response: Any) -> Outcome:
    """What an answer other than "taken" means. The service's own words go nowhere: they may hold the address."""
    if response is None:
        return Outcome("refused")
    status = int(response.status_code)
    if status in (404, 410):
        return Outcome("gone", status)
    if status == 429 or status >= 500:
        return Outcome("later", status, _seconds(response.headers.get("Retry-After")))
    return Outcome("refused", status)


def _seconds(given: str | None) -> int | None:
    return int(given) if given is not None and given.isdecimal() and len(given) < 7 else None


def _session(loopback: bool) -> Any:
    """A requests session that goes to the open internet only, straight and no further."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPSConnectionPool
    from urllib3.connection import HTTPSConnection

    class Outside(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            if not is_public(str(line.getpeername()[0])):
                line.close()
                raise NotOutside("a private address")
            return line

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Outside

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"https": Pool}

    class Straight(requests.Session):
        def request(self, *args: Any, **kwargs: Any) -> Any:
            return super().request(*args, **{**kwargs, "allow_redirects": False})

    session = Straight()
    session.trust_env = False
    session.mount("https://", Adapter(max_retries=0))
    if not loopback:
        session.adapters.pop("http://")
    return session
