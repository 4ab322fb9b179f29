"""What sync may refuse, each with a sentence and a way out."""

from __future__ import annotations

from server.kit.errors import ApiError


class EpochChanged(ApiError):
    code, status = "sync.epoch_changed", 409
    zh = "服务器刚从备份恢复过。本机的记录都在，会自动重新上传。"
    en = "The server was restored from a backup. Your entries are kept and will be sent again."


class Resync(ApiError):
    code, status = "sync.resync", 410
    zh = "本机资料太旧，需要重新取一遍。没上传的记录不受影响。"
    en = "What this phone holds is too old and must be fetched again. Waiting entries are kept."


class BatchTooLarge(ApiError):
    code, status = "sync.too_large", 413
    zh = "这一批太大，会自动分小再传。"
    en = "This batch is too large; it will be sent in smaller parts."


class ClientTooOld(ApiError):
    code, status = "sync.client_too_old", 426
    zh = "应用版本太旧，请更新后再同步。记录照常保存在本机。"
    en = "This app version is too old to sync; please update. Entries are still kept."


class DeviceUnknown(ApiError):
    code, status = "sync.device_unknown", 403
    zh = "认不出这台手机，请重新登录一次。没上传的记录还在本机。"
    en = "This phone is not known here; please log in again. Entries on it are kept."


class FileUnreadable(ApiError):
    code, status = "courier.unreadable", 422
    zh = "这份文件不完整，或者被改动过，没有收。记录还在原来的手机上，请他再捎一份。"
    en = "This file is incomplete or was changed and was not taken. The entries are still on their phone; ask for it again."


class FileNotRecognised(ApiError):
    code, status = "courier.not_recognised", 422
    zh = "认不出这份文件是哪台手机封的，没有收。记录还在原来的手机上，请他联网后自己传。"
    en = "It cannot be told which phone sealed this file, so it was not taken. The entries are still on their phone."


class FileForElsewhere(ApiError):
    code, status = "courier.elsewhere", 422
    zh = "这份文件是封给别处的，这里打不开，没有收。"
    en = "This file was sealed for another place and cannot be opened here; it was not taken."


class FileNewer(ApiError):
    code, status = "courier.newer", 422
    zh = "这份文件是更新的应用封的，这里还读不了，没有收。请先留着。"
    en = "This file was made by a newer app and cannot be read here yet; it was not taken. Please keep it."


class FileTooLarge(ApiError):
    code, status = "courier.too_large", 413
    zh = "这份文件太大，不像是捎来的记录，没有收。"
    en = "This file is too large to be carried entries and was not taken."


class NotOpen(ApiError):
    code, status = "attention.not_open", 409
    zh = "这条已经处理过了，请刷新看看。"
    en = "This item has been dealt with already; please reload."


class NotClosed(ApiError):
    code, status = "attention.not_closed", 409
    zh = "这条已经收下，算数了，撤不回。要改内容，请在走访记录里更正。"
    en = "This was accepted and counts; it cannot be taken back. Correct the visit instead."


class CannotAccept(ApiError):
    code, status = "attention.cannot_accept", 422
    zh = "还不能收下：{reason}。可以改好再收，或写明原因关闭。"
    en = "It cannot be accepted yet: {reason}. Correct it first, or close it with a reason."


VERDICT_SENTENCES: dict[str, tuple[str, str]] = {
    "not_assigned": (
        "这户现在不归您走访，记录已交给居委会处理。",
        "This household is not assigned to you now; the committee has your entry.",
    ),
    "id_reuse": (
        "这条记录的编号用过了，内容不同，已交给居委会核对。",
        "This entry's number was used before with other content; the committee will check it.",
    ),
    "id_taken": (
        "这条记录的编号已被占用，已交给居委会处理。",
        "This entry's number is taken; the committee has your entry.",
    ),
    "unparseable": (
        "这条记录没能读懂，原样交给了居委会。",
        "This entry could not be read; the committee has it as it is.",
    ),
    "client_too_old": (
        "应用版本太旧，这条记录已原样交给居委会。请更新应用。",
        "The app version is too old; the committee has your entry as it is. Please update.",
    ),
    "invalid": (
        "这条记录有一处对不上，居委会会看。",
        "Something in this entry does not fit; the committee will look at it.",
    ),
    "server_error": (
        "服务器没处理好这条记录，已交给居委会。",
        "The server failed on this entry; the committee has it.",
    ),
    "device_revoked": (
        "这台手机已停用，记录已交给居委会。",
        "This phone was revoked; the committee has your entry.",
    ),
    "conflict": (
        "同一处别人也改过，两份都留着，由居委会决定。",
        "Somebody else changed the same thing; both are kept and the committee decides.",
    ),
    "photo_given_up": (
        "照片三十天没传完，已不再等。走访照常算数；照片还在手机上的话，会从头再传。",
        "A photo did not come whole in thirty days. The visit counts; if the phone still has it, it is sent anew.",
    ),
    "no_consent": (
        "记的时候还没有这个孩子的同意，记录原样留着，由居委会来看。",
        "There was no consent for this child when it was recorded; it is kept as it is and the committee will look at it.",
    ),
    "task_taken": (
        "这个任务已被别人认领。您的走访记录不受影响。",
        "Somebody else has claimed this task. Your visit entries are not affected.",
    ),
}


def verdict_sentence(code: str, locale: str) -> str:
    """The sentence a volunteer reads for a verdict code."""
    zh, en = VERDICT_SENTENCES.get(code, VERDICT_SENTENCES["invalid"])
    return en if locale.startswith("en") else zh
