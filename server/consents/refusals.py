"""What the register of consents refuses, with what was not done and what to do now."""

from __future__ import annotations

from server.kit.errors import ApiError


class AlreadyWithdrawn(ApiError):
    code, status = "consents.withdrawn", 409
    zh = "这份同意已经收回了，没有再改。请刷新看看。"
    en = "This consent has been withdrawn already; nothing was changed. Please reload."
