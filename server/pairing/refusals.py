"""What pairing refuses, each with what was not done and what to do now."""

from __future__ import annotations

from server.kit.errors import ApiError


class PairedAlready(ApiError):
    code, status = "pairing.already", 409
    zh = "{helper}和这户在这段日子里已经结对，没有再建一份。"
    en = "{helper} is paired with this home during these dates already; nothing was added."


class HelperNotHere(ApiError):
    code, status = "pairing.helper_not_here", 422
    zh = "这位不在本社区的名单里，没有结对。请换一位，或先邀请进来。"
    en = "This person is not on your community's list; nothing was paired. Choose another, or invite them first."


class PairingEnded(ApiError):
    code, status = "pairing.ended", 409
    zh = "这份结对已经结束，没有改。要接着帮，请新建一份。"
    en = "This pairing has ended and was not changed. To go on, make a new one."


class PairingMoved(ApiError):
    code, status = "pairing.changed_meanwhile", 409
    zh = "别人刚改过这份结对，您的没有存。请看过新的再改。"
    en = "Somebody changed this pairing just now; yours was not stored. Please look at it first."


class NobodyElse(ApiError):
    code, status = "pairing.same_person", 422
    zh = "选的就是原来那位，没有改。请另选一位。"
    en = "That is the same person; nothing was changed. Please choose somebody else."


class StandInAlready(ApiError):
    code, status = "pairing.stand_in_already", 409
    zh = "这几天已经请了人替，没有再请。要换人，先把那一位撤下来。"
    en = "Somebody stands in on these days already. To change, take that one back first."


class HandoverIncomplete(ApiError):
    code, status = "pairing.handover_incomplete", 409
    zh = "还有 {count} 户没说交给谁，一户都没有动。请每户选一位，或写明不再结对。"
    en = "{count} homes have nobody to take them; nothing was changed. Choose somebody for each, or end it."
