"""What can be in the way of a step, said so that the reader knows what to do."""

from __future__ import annotations

from server.kit.errors import ApiError


class ConcernNotPossibleNow(ApiError):
    code, status = "concern.not_possible_now", 409
    zh = "这件诉求现在的状态做不了这一步，可能别人刚处理过。请看一眼最新的进展。"
    en = "This concern's state does not allow that step; somebody may just have handled it. Please look at the latest."


class ConcernChanged(ApiError):
    code, status = "concern.changed_meanwhile", 409
    zh = "您看的时候，别人刚动过这件诉求，没有重复办。请看一眼最新的进展再定。"
    en = "Somebody acted on this concern while you looked at it; nothing was done twice. Please look at the latest first."


class ConcernNotYoursToObject(ApiError):
    code, status = "concern.objection_not_yours", 403
    zh = "派给谁，由谁来提。您可以写一条内部记录告诉他。"
    en = "Whoever it was given to may object. You can tell them in a remark for us."


class ConcernObjectionUsed(ApiError):
    code, status = "concern.objection_used", 409
    zh = "这件已经提过一次，主任定了，不再来回转。有难处请直接和首接的人商量。"
    en = "This was objected to once and decided; it does not go round again. Please talk to its first receiver."


class ConcernNoExtension(ApiError):
    code, status = "concern.no_extension", 409
    zh = "这一类诉求定的是不能延期。"
    en = "Concerns of this kind are given no more time."


class ConcernActedOn(ApiError):
    code, status = "concern.acted_on", 409
    zh = "派出去以后已经有人动过这件诉求，没有撤回。要换人，请打开它改派。"
    en = "Somebody has acted on this concern since; it was not taken back. Open it to give it to somebody else."


class ConcernStepNotYours(ApiError):
    code, status = "concern.not_yours", 403
    zh = "这一步要由居委会主任来定。"
    en = "This step is for the committee head to decide."


class ConcernReasonMissing(ApiError):
    code, status = "concern.reason_missing", 422
    zh = "请写一句说明，居民会看到。"
    en = "Please write a sentence of explanation; the resident will see it."


class ConcernMerged(ApiError):
    code, status = "concern.merged", 409
    zh = "这件已经和别人报的同一件事并在一起办了，没有单独动它。请到并在一起的那一件去办。"
    en = (
        "This one is handled together with what somebody else reported; nothing was done to it alone. "
        "Please go to the one they are handled in."
    )


class ConcernLeadsOthers(ApiError):
    code, status = "concern.leads_others", 409
    zh = "有一件里已经并进了别的，没有并。请打开那一件，把这件并到那里。"
    en = "One of these already holds others, so nothing was merged. Open that one and merge this one into it."


class ConcernSomebodySent(ApiError):
    code, status = "concern.somebody_sent", 409
    zh = "有一件已经派了人去，没有并。请打开那一件，把这件并到那里，或者先改派。"
    en = "Somebody was already sent for one of these, so nothing was merged. Merge into that one, or give it out anew."


class ConcernOtherCommittee(ApiError):
    code, status = "concern.other_committee", 422
    zh = "两件不是同一个社区的，不能并。"
    en = "These belong to two committees and cannot be merged."


class ConcernUnknown(ApiError):
    code, status = "concern.unknown", 404
    zh = "没查到这个码。请对照提交时给您的 8 位再输一次。"
    en = "No concern with this code. Please compare it with the 8 signs you were given."


class ConcernProofMissing(ApiError):
    code, status = "concern.proof_missing", 403
    zh = "评价和退回要用提交时的那台手机，或查询码加您留的手机号后四位。都没有的话，请打电话给居委会，由他们替您记。"
    en = (
        "Rating and reopening need the phone it was submitted from, or the code with the last four digits "
        "of the number you left. Otherwise please call the committee; they will write it down for you."
    )


class ConcernReopenTooLate(ApiError):
    code, status = "concern.reopen_too_late", 409
    zh = "这件事结束超过 30 天了。还没好的话，请再提交一件，写上原来的查询码。"
    en = "This ended more than 30 days ago. If it is not right yet, please submit a new one and mention this code."


class ConcernExtensionUsed(ApiError):
    code, status = "concern.extension_used", 409
    zh = "这件已经延过一次，不能再延。"
    en = "This one was already given more time once."


class ConcernRatingIncomplete(ApiError):
    code, status = "concern.rating_incomplete", 422
    zh = "请先选：解决了、部分解决，还是没解决。"
    en = "Please choose first: solved, partly solved or not solved."


class DoorUnknown(ApiError):
    code, status = "door_code.unknown", 404
    zh = "这个码认不出来。请再扫一次门上的码，或打电话给居委会。"
    en = "This code is not known. Please scan the code on the door again, or call the committee."
