"""What a change of the division tree can be refused for, in words."""

from __future__ import annotations

from server.kit.errors import ApiError


class CodeTaken(ApiError):
    code, status = "areas.code_taken", 409
    zh = "这个区划代码已经有了：{name}。请再核对一下代码。"
    en = "There is a division of this code already: {name}. Please check the code."


class StillInUse(ApiError):
    code, status = "areas.still_in_use", 409
    zh = "还不能关：这里还有 {below} 个下级、{households} 户、{people} 位有身份的人。请先把他们安排到别处。"
    en = "It cannot be closed yet: {below} divisions below, {households} homes and {people} people with a role are still here. Please place them elsewhere first."


class GridInUse(ApiError):
    code, status = "areas.grid_in_use", 409
    zh = "还不能关：这个网格里还有 {households} 户。请先并到别的网格。"
    en = (
        "It cannot be closed yet: {households} homes are in this grid. Merge it into another first."
    )


class AreaClosed(ApiError):
    code, status = "areas.closed", 409
    zh = "{name} 已经关了，不能再改。什么都没有改。"
    en = "{name} is closed and cannot be changed. Nothing was changed."


class NotBeside(ApiError):
    code, status = "areas.not_beside", 422
    zh = "只能并到同一级、还开着的另一个地方。什么都没有改，请重新选。"
    en = "It can only be merged into another open one of the same level. Nothing was changed; please choose again."


class NoSuchGrid(ApiError):
    code, status = "areas.no_such_grid", 409
    zh = "这里没有叫“{name}”的网格，或者已经关了。请看一眼现在的网格。"
    en = "There is no open grid called “{name}” here. Please look at the grids as they are now."


class GridThere(ApiError):
    code, status = "areas.grid_there", 409
    zh = "已经有叫“{name}”的网格了。请换个名字，或者用“并到”。"
    en = "There is a grid called “{name}” already. Choose another name, or merge."
