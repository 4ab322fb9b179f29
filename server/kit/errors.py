"""One error shape for the whole product, and the closed list of its codes.

A refusal is a subclass of :class:`ApiError` that names its code, its HTTP status
and its sentence in both languages. Features declare their own next to the verbs
that raise them; the list closes when the application has started.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

REGISTRY: dict[str, type[ApiError]] = {}


class ApiError(Exception):
    """A refusal a person can read and a client can act on.

    ``fields`` maps field names to sentences; ``details`` is machine-readable and
    fills the placeholders of the sentence.
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 400
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.code:
            return
        known = REGISTRY.get(cls.code)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise RuntimeError(f"error code {cls.code} is declared twice")
        if not (cls.zh and cls.en):
            raise RuntimeError(f"error code {cls.code} lacks a sentence")
        REGISTRY[cls.code] = cls

    def __init__(
        self,
        *,
        fields: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(self.code)
        self.fields = dict(fields or {})
        self.details = dict(details or {})
        self.retry_after = retry_after

    def message(self, locale: str = "zh-CN") -> str:
        """The sentence in the reader's language."""
        template = self.en if locale.lower().startswith("en") else self.zh
        try:
            return template.format(**self.details)
        except (KeyError, IndexError):
            return template

    def as_json(self, locale: str = "zh-CN") -> dict[str, Any]:
        """The one error shape (architecture rule 6)."""
        return {
            "error": self.code,
            "message": self.message(locale),
            "fields": self.fields,
            "details": self.details,
        }


class Malformed(ApiError):
    code, status = "request.malformed", 400
    zh = "这份内容读不懂，没有存。请重新打开页面再试一次。"
    en = "This could not be read and was not stored. Please reload the page and try again."


class Invalid(ApiError):
    code, status = "request.invalid", 422
    zh = "有几处还要改一下，已在下面标出。"
    en = "Some entries need another look; they are marked below."


class NotFound(ApiError):
    code, status = "request.not_found", 404
    zh = "没有找到，可能已经不在您能看的范围里。"
    en = "Not found, or no longer within what you may see."


class MethodNotAllowed(ApiError):
    code, status = "request.method_not_allowed", 405
    zh = "这里不能这样操作。"
    en = "This cannot be done here."


class TooLarge(ApiError):
    code, status = "request.too_large", 413
    zh = "内容太大，没有收下。请分几次发，或把照片改小一些。"
    en = "Too large to take. Send it in parts, or make the photo smaller."


class UnsupportedMedia(ApiError):
    code, status = "request.unsupported_media", 415
    zh = "这种格式收不了。"
    en = "This format cannot be taken."


class SlowDown(ApiError):
    code, status = "request.slow_down", 429
    zh = "太快了，请过一会儿再试。"
    en = "Too many tries; please wait a little."


class OriginRefused(ApiError):
    code, status = "request.origin_refused", 403
    zh = "这个请求不是从本系统的页面发来的，没有执行。"
    en = "This request did not come from our own pages and was not carried out."


class NotSignedIn(ApiError):
    code, status = "auth.required", 401
    zh = "请先登录。没上传的记录还在本机，不会丢。"
    en = "Please log in. Entries waiting on this phone are kept."


class SessionExpired(ApiError):
    code, status = "auth.expired", 401
    zh = "登录过期了，请再登录一次。没上传的记录还在本机，不会丢。"
    en = "Your log-in has expired. Please log in again; entries on this phone are kept."


class Forbidden(ApiError):
    code, status = "auth.forbidden", 403
    zh = "您的身份不能做这件事。需要的话请找居委会管理员。"
    en = "Your role may not do this. Ask your committee's administrator if you need it."


class Busy(ApiError):
    code, status = "server.busy", 503
    zh = "系统正忙，没有存。请过几秒再试。"
    en = "The system is busy and nothing was stored. Please try again in a few seconds."


class TooMuch(ApiError):
    code, status = "server.too_much", 503
    zh = "这一次要查的太多，没有查完，也没有存。请缩小范围再试。"
    en = "This asks for too much at once; it was stopped and nothing was stored. Please narrow it and try again."


class NoRoom(ApiError):
    code, status = "server.no_room", 507
    zh = "居委会这边的存储满了，这次没有存。本机的都在，腾出地方后会自动再传。"
    en = "There is no room left on our side and nothing was stored. It stays on this phone and is sent again."


class Unexpected(ApiError):
    code, status = "server.unexpected", 500
    zh = "系统出了意外，这一步没有做成。请把编号 {request_id} 告诉管理员。"
    en = "Something unexpected happened and this step was not done. Tell the administrator: {request_id}."
