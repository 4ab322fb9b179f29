"""What the rule book refuses, in words a person can act on."""

from __future__ import annotations

from server.kit.errors import ApiError


class MoreTimeThanAbove(ApiError):
    code, status = "concern_rules.laxer_than_above", 422
    zh = "上面定的更紧，这里只能一样或更紧。没有改。要放宽，请找定规矩的上一级。"
    en = "The level above allows less time; here it may be the same or less. Nothing was changed. To allow more, ask that level."


class DaysTooMany(ApiError):
    code, status = "concern_rules.days_too_many", 422
    zh = "一次最多改 31 天，头一天要在前面。没有改。"
    en = "At most 31 days at once, the first day first. Nothing was changed."
