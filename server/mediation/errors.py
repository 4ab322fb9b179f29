"""What can be in the way of a step of a case, said so that the reader knows what to do."""

from __future__ import annotations

from server.kit.errors import ApiError


class CaseMoved(ApiError):
    code, status = "mediation.moved", 409
    zh = "这件调解刚有人改过，这一步没有存。请看一眼最新的内容再做。"
    en = "Somebody has just changed this case and your step was not stored. Please look at the latest first."


class CaseNotPossibleNow(ApiError):
    code, status = "mediation.not_possible_now", 409
    zh = "按这件调解现在走到的地方，还不能做这一步。"
    en = "Where this case stands, that step cannot be taken."


class CaseReasonMissing(ApiError):
    code, status = "mediation.reason_missing", 422
    zh = "请写一句原因，会留在卷里。"
    en = "Please write a sentence why; it stays in the file."


class CaseNotReady(ApiError):
    code, status = "mediation.not_ready", 409
    zh = "还差几样，齐了才能走这一步：{missing}。"
    en = "Something is still to be done before this step: {missing_en}."


class CaseNeverOpen(ApiError):
    code, status = "mediation.never_open", 409
    zh = "涉及隐私，或者有一方不同意，不能公开调解。"
    en = "Privacy is touched or a party objects; this cannot be mediated in the open."


class NotAMediator(ApiError):
    code, status = "mediation.not_a_mediator", 422
    zh = "这位不是本居委会的人民调解员，请换一位。"
    en = "This person is not a mediator of this committee; please choose another."


class OnlyTheHead(ApiError):
    code, status = "mediation.only_the_head", 403
    zh = "这一步由居委会主任来定。"
    en = "This step is for the committee head to decide."


class HandedInAlready(ApiError):
    code, status = "mediation.handed_in", 409
    zh = "这件事已经交给人民调解委员会了。"
    en = "This has been handed to the mediation committee already."


class GlassOver(ApiError):
    code, status = "mediation.glass_over", 409
    zh = "这条申请已经有人处理，或者已经到期。"
    en = "This request was dealt with already, or has run out."


class GlassNotYourOwn(ApiError):
    code, status = "mediation.glass_own", 403
    zh = "自己提的申请要由另一个人来定。"
    en = "Somebody else has to decide on your own request."
