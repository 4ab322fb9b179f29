"""The pages behind a door's code, rendered by the server: they need no worker, no account and no framework.

The same page for every door of a committee, and the same again, without the committee's name, for a
code nobody knows: a stranger learns nothing from it.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, make_response, render_template, request, send_from_directory

from server.access.permissions import public
from server.areas import service as areas
from server.concerns.models import CATEGORIES
from server.concerns.words import page_words, script_words
from server.kit import ratelimit
from server.kit.endpoint import endpoint
from server.kit.errors import NotFound
from server.kit.ratelimit import Limit
from server.kit.unit_of_work import transaction
from server.residents.door_codes import service as door_codes

log = structlog.get_logger()
pages = Blueprint("resident_pages", __name__, template_folder="templates")

STATIC = Path(__file__).parent / "static"
VERSION = hashlib.sha256(
    b"".join(file.read_bytes() for file in sorted(STATIC.iterdir()))
).hexdigest()[:16]
EMERGENCY = ("120", "110", "119", "12345")
MAIN_CATEGORIES = CATEGORIES[:8]
MORE_CATEGORIES = CATEGORIES[8:]

MISSES = (
    Limit("door.miss.minute", 30, timedelta(minutes=1)),
    Limit("door.miss.day", 300, timedelta(days=1)),
)
"""Codes nobody knows, tried from one address: a misprint makes one or two, guessing makes many."""
ALARM_AFTER = 3000
INFO = ("what", "who", "long", "rights", "door")


@dataclass(frozen=True)
class Committee:
    """What a stranger may know: whose door it is and how to call them."""

    name: str
    phone: str | None


def _committee(area_id: str) -> Committee:
    area = areas.get(area_id)
    return Committee(area.name, area.phone)


def _page(template: str, *, status: int = 200, **values: Any) -> Response:
    english = request.args.get("lang") == "en"
    large = request.args.get("size") == "large"
    words = page_words(english)
    chosen = {"lang": "en" if english else "", "size": "large" if large else ""}

    def to(path: str) -> str:
        return _address(path, chosen)

    def here(**changed: str) -> str:
        kept = {key: value for key, value in request.args.items() if key in ("code", "page")}
        return _address("", {**kept, **chosen, **changed}) or "?"

    body = render_template(
        f"resident/{template}.html",
        w=words,
        script_words=script_words(english),
        english=english,
        lang_tag="en" if english else "zh-CN",
        large=large,
        to=to,
        here=here,
        asset=lambda name: f"/c/static/{VERSION}/{name}",
        emergency=[(number, words[f"number_{number}"]) for number in EMERGENCY],
        **values,
    )
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return _packed(answer)


def _packed(answer: Response) -> Response:
    """The answer compressed, for a browser that takes it. These pages hold no secret of a log-in, so
    their length tells a listener nothing."""
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") <= 0:
        return answer
    answer.direct_passthrough = False
    if whole := answer.get_data():
        answer.set_data(gzip.compress(whole, 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers.pop("ETag", None)  # it names the bytes that are not sent
    return answer


def _address(path: str, query: dict[str, str]) -> str:
    said = urlencode({key: value for key, value in query.items() if value and value != "zh"})
    return f"{path}?{said}" if said else path


def _find(text: str) -> tuple[door_codes.Door | None, int | None]:
    """The door of a code and, for an address that tries too many unknown ones, the seconds to wait."""
    caller = ratelimit.caller()
    wait = ratelimit.exhausted(caller, *MISSES)
    if wait is not None:
        return None, wait
    with transaction(write=False):
        door = door_codes.resolve(text)
    if door is not None:
        log.info("door.opened", area=door.area_id, channel=door.channel)
        return door, None
    with transaction(write=True):
        wait = ratelimit.spend(caller, *MISSES)
        ratelimit.alarm("door.miss", ALARM_AFTER)
    log.info("door.unknown")
    return None, wait


def _slow(answer: Response, wait: int | None) -> Response:
    if wait is not None:
        answer.status_code = 429
        answer.headers["Retry-After"] = str(wait)
    return answer


@pages.get("/q/<door>")
@pages.get("/c/door/<door>")
@endpoint(access=public("whoever stands at the door"), own_transaction=True)
def landing(_actor: Any, door: str) -> Response:
    """What any camera opens. A code of an older generation opens it too; a stolen one is unknown."""
    found, wait = _find(door)
    with transaction(write=False):
        committee = _committee(found.area_id) if found else None
    page = _page("landing", committee=committee, door=door if found else None)
    return _slow(page, wait)


@pages.get("/q")
@pages.get("/q/")
@pages.get("/c/door")
@endpoint(access=public("whoever cannot scan"), own_transaction=True)
def short_code(_actor: Any) -> Response:
    """Typing the eight signs instead of scanning."""
    typed = request.args.get("code", "")[:20]
    if not typed:
        return _page("door", typed="", why=None)
    words = page_words(request.args.get("lang") == "en")
    try:
        signs = door_codes.read_short_code(typed)
    except door_codes.NotAShortCode as refused:
        count = len("".join(typed.split()))
        return _page(
            "door", status=404, typed=typed, why=words[f"short_{refused.reason}"].format(n=count)
        )
    found, wait = _find(signs)
    if found is None:
        why = words["short_unknown" if wait is None else "too_many"]
        return _slow(_page("door", status=404, typed=typed, why=why), wait)
    with transaction(write=False):
        committee = _committee(found.area_id)
    return _page("landing", committee=committee, door=signs)


@pages.get("/c/new/<door>")
@endpoint(access=public("a resident without an account"), own_transaction=True)
def submit(_actor: Any, door: str) -> Response:
    """The form; what it sends goes to the API."""
    found, wait = _find(door)
    if found is None:
        return _slow(_page("landing", committee=None, door=None), wait)
    with transaction(write=False):
        committee = _committee(found.area_id)
    return _page(
        "submit",
        committee=committee,
        door=door,
        main_categories=MAIN_CATEGORIES,
        more_categories=MORE_CATEGORIES,
    )


@pages.get("/c/follow")
@endpoint(access=public("a resident without an account"), own_transaction=True)
def follow(_actor: Any) -> Response:
    """Asks for the code, or takes the link from the fragment, which browsers do not send."""
    return _page("follow")


@pages.get("/c/info")
@endpoint(
    access=public("what is kept and for how long is for everybody to read"), own_transaction=True
)
def info(_actor: Any) -> Response:
    """What is kept about a concern, who sees it, for how long, and what one may ask."""
    words = page_words(request.args.get("lang") == "en")
    return _page("info", info=[(words[f"info_{key}"], words[f"info_{key}_text"]) for key in INFO])


@pages.get("/c/static/<version>/<name>")
@endpoint(access=public("the pages' own style and scripts"), own_transaction=True)
def static_file(_actor: Any, version: str, name: str) -> Response:
    """Cached for ever under the version of its content; another version is never answered with this one."""
    if version != VERSION or not (STATIC / name).is_file():
        raise NotFound()
    answer = send_from_directory(STATIC, name)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return _packed(answer)
