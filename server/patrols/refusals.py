"""What the desk is refused about patrols, in words a person can act on."""

from __future__ import annotations

from server.kit.errors import ApiError


class FindingMoved(ApiError):
    code, status = "patrols.finding_moved", 409
    zh = "刚才有人先处理了这一件，没有改。现在看到的是最新的。"
    en = "Somebody dealt with this a moment ago; nothing was changed. You now see the newest."


class NotPossibleNow(ApiError):
    code, status = "patrols.not_possible_now", 409
    zh = "这一件现在不能这样处理，没有改。"
    en = "This cannot be done about it now; nothing was changed."


class PoliceFirst(ApiError):
    code, status = "patrols.police_first", 422
    zh = "这一件可能出刑事案。先报 110，报过以后再移交调解。没有移交。"
    en = "This may turn criminal. Call 110 first, then hand it over. It was not handed over."


class PlanMoved(ApiError):
    code, status = "patrols.plan_moved", 409
    zh = "刚才有人先改了排查安排，没有改。现在看到的是最新的。"
    en = "Somebody changed the plan a moment ago; nothing was changed. You now see the newest."


class NoSuchPlace(ApiError):
    code, status = "patrols.no_such_place", 409
    zh = "没有这个网格，或者它已经撤了。没有改。"
    en = "There is no such grid, or it was closed. Nothing was changed."


class NotHere(ApiError):
    code, status = "patrols.not_here", 422
    zh = "这位现在不在这里帮忙，没有派。"
    en = "This person does not help here now; nothing was given out."
