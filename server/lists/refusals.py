"""Why a list was not taken out, and what then."""

from __future__ import annotations

from server.kit.errors import ApiError


class NothingToTake(ApiError):
    code, status = "lists.nothing", 409
    zh = "这样筛下来一行也没有，没有导出。放宽一点再试。"
    en = "These filters leave no row; nothing was exported. Widen them and try again."


class TooManyRows(ApiError):
    code, status = "lists.too_many", 409
    zh = "有 {rows} 行，一次最多 {most} 行，没有导出。请按网格或楼栋分几次。"
    en = "There are {rows} rows and at most {most} at once; nothing was exported. Take it grid by grid."


class FileGone(ApiError):
    code, status = "lists.gone", 409
    zh = "这份文件只留一天，已经删掉了。需要的话再导一次。"
    en = "The file is kept for a day and is gone. Export it again if you need it."


class NotReady(ApiError):
    code, status = "lists.not_ready", 409
    zh = "这份文件还没做好，请等一下。"
    en = "The file is not ready yet; please wait a little."
