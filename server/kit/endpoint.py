"""The one edge of every view: who may, in which transaction, with which audit row.

Decorator order, outside to inside::

    @blp.route("/tasks", methods=["POST"])
    @blp.response(201, TaskSchema)
    @endpoint(access=allow("tasks.assign"), writes=True, audit="task.create")
    @blp.arguments(TaskCreate)
    def create(actor: Actor, data: dict[str, Any]) -> Task: ...

Authentication comes before parsing, the commit before dumping. A view without
``@endpoint`` stops the application from booting (:func:`refuse_undeclared`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from flask import Flask, g, request
from flask.views import MethodView

from server.kit.errors import Malformed, OriginRefused
from server.kit.unit_of_work import transaction

Tx = Literal["read", "snapshot", "write", "none"]


class AccessPolicy(Protocol):
    """Says who may enter; see access/permissions.py."""

    @property
    def name(self) -> str: ...

    def enter(self) -> Any:
        """Authenticate and authorise the request; returns the actor or raises an ApiError."""


@dataclass(frozen=True)
class EndpointSpec:
    """What a view declared; the access matrix and the contract read it."""

    access: AccessPolicy
    tx: Tx
    audit: str | None
    csrf: bool = True


@dataclass
class AuditNote:
    """What the request touched; one audit row is written from it (S44)."""

    action: str
    area_id: str | None = None
    subjects: list[str] = field(default_factory=list)
    why: str | None = None
    skip: bool = False


AuditWriter = Callable[[Any, AuditNote], None]
_audit_writer: AuditWriter | None = None


def set_audit_writer(writer: AuditWriter) -> None:
    """Called once by server/audit; kit does not know how rows are chained."""
    global _audit_writer
    _audit_writer = writer


def audit_note() -> AuditNote:
    """The note of the present request; views add subjects to it."""
    note: AuditNote | None = g.get("audit_note")
    if note is None:
        note = g.audit_note = AuditNote(action="")
    return note


def touched(*subjects: object, area_id: str | None = None, why: str | None = None) -> None:
    """Name the records this request returned or changed (ids only, never contents)."""
    note = audit_note()
    note.subjects.extend(str(subject) for subject in subjects)
    if area_id is not None:
        note.area_id = area_id
    if why is not None:
        note.why = why


def _refuse_foreign_origin() -> None:
    """State changes need our header and our origin (S19); cookies alone never suffice."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("X-Linli") != "1":
        raise OriginRefused()
    origin = request.headers.get("Origin")
    if (
        origin is not None
        and origin != request.host_url.rstrip("/")
        and origin not in _own_origins()
    ):
        raise OriginRefused()


def _own_origins() -> tuple[str, ...]:
    from flask import current_app

    origins: tuple[str, ...] = current_app.config.get("OWN_ORIGINS", ())
    return origins


def endpoint(
    *,
    access: AccessPolicy,
    writes: bool = False,
    snapshot: bool = False,
    own_transaction: bool = False,
    audit: str | None = None,
    csrf: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a view; see the module's docstring.

    ``own_transaction``: the body opens its transactions itself (long uploads, sync push)
    and authenticates inside a short read of its own, unless its policy says that it needs none. ``audit`` names the action of the
    one audit row; leave it out only where no personal data is returned or changed.
    """
    tx: Tx = (
        "none" if own_transaction else "write" if writes else "snapshot" if snapshot else "read"
    )

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if csrf:
                _refuse_foreign_origin()
            own: tuple[Any, ...] = ()
            if args and isinstance(args[0], MethodView):
                own, args = args[:1], args[1:]
            if tx == "none":
                if getattr(access, "own_transaction", False):
                    actor = access.enter()
                else:
                    with transaction(write=False):
                        actor = access.enter()
                result = view(*own, actor, *args, **kwargs)
                return result
            if tx == "write":
                _buffer_body()
            note = g.audit_note = AuditNote(action=audit or "")
            with transaction(write=tx == "write", snapshot=tx == "snapshot"):
                actor = access.enter()
                result = view(*own, actor, *args, **kwargs)
                if tx == "write":
                    _write_audit(actor, note)
            if tx != "write" and note.action and not note.skip:
                with transaction(write=True):
                    _write_audit(actor, note)
            return result

        wrapper.__endpoint__ = EndpointSpec(access, tx, audit, csrf)  # type: ignore[attr-defined]  # read by spec_of and the boot check
        return wrapper

    return decorate


def _buffer_body() -> None:
    """Read a slow phone's body before the write lock is taken."""
    try:
        if request.mimetype == "multipart/form-data":
            _ = request.files
        else:
            request.get_data(cache=True)
    except (ValueError, OSError) as broken:
        raise Malformed() from broken


def _write_audit(actor: Any, note: AuditNote) -> None:
    if note.action and not note.skip:
        if _audit_writer is None:
            raise RuntimeError("an audited endpoint needs server/audit")
        _audit_writer(actor, note)


def spec_of(view: Callable[..., Any]) -> EndpointSpec | None:
    """The declaration of a view function, if it has one."""
    spec: EndpointSpec | None = getattr(view, "__endpoint__", None)
    return spec


def refuse_undeclared(app: Flask) -> None:
    """Boot check: every route of the application declares its access (architecture 3.4a)."""
    bare: list[str] = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        klass = getattr(view, "view_class", None)
        if klass is not None:
            views = [
                getattr(klass, m.lower(), None)
                for m in rule.methods or ()
                if m not in ("HEAD", "OPTIONS")
            ]
        else:
            views = [view]
        bare.extend(
            f"{rule.rule} ({rule.endpoint})" for v in views if v is None or spec_of(v) is None
        )
    if bare:
        raise RuntimeError("routes without @endpoint: " + ", ".join(sorted(bare)))


def write_audit(actor: Any, action: str, *subjects: object, area_id: str | None = None) -> None:
    """The audit row of a view that opens its transactions itself; called inside one that writes."""
    note = AuditNote(action=action, area_id=area_id, subjects=[str(s) for s in subjects])
    _write_audit(actor, note)
