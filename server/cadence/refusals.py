"""What the cadence refuses, in words a person can act on."""

from __future__ import annotations

from server.kit.errors import ApiError


class LaxerThanAbove(ApiError):
    code, status = "cadence.laxer_than_above", 422
    zh = "{place}定的是{above}，这里只能更勤，不能更少，也不能多算别的方式。没有改。"
    en = "{place} asks for {above}. Here it may be more often, never less, and no further ways may count. Nothing was changed."


class NoCadence(ApiError):
    code, status = "cadence.restricted", 422
    zh = "这一类人由专门的单位负责，不排走访周期。"
    en = "These people are seen by the offices that answer for them; they have no cadence here."


class NotUnderCare(ApiError):
    code, status = "cadence.not_under_care", 409
    zh = "这位现在不在关爱名册里，没有级别可定。"
    en = "This person is in no care category now, so there is no level to decide."


class OccasionOver(ApiError):
    code, status = "cadence.occasion_over", 422
    zh = "这段日子已经过了，没有排走访。"
    en = "These days are over; no visits were planned."
