"""What a change of households can be refused for, in words."""

from __future__ import annotations

from server.kit.errors import ApiError


class NotTwoHomes(ApiError):
    code, status = "household_changes.not_two_homes", 409
    zh = "合并要两户都在花名册里、同一个村居的住户。什么都没有改，请重新选。"
    en = "A merge needs two different homes of one committee that are both on the register. Nothing was changed; please choose again."


class NotOnePerson(ApiError):
    code, status = "household_changes.not_one_person", 422
    zh = "选作同一个人的两行，要一行在留下的户里、一行在并过来的户里。什么都没有改，请重新选。"
    en = "Two lines for one person need to stand one in each home. Nothing was changed; please choose again."


class CannotUndo(ApiError):
    code, status = "household_changes.cannot_undo", 409
    zh = "这一条后面又有了新的变动，要先撤回后面的。什么都没有改。"
    en = "Something else was done to this home afterwards; undo that first. Nothing was changed."


class UndoneAlready(ApiError):
    code, status = "household_changes.undone_already", 409
    zh = "这一条已经撤回过了。"
    en = "This was undone already."


class NobodyChosen(ApiError):
    code, status = "household_changes.nobody_chosen", 422
    zh = "要选住在这一户里的人。什么都没有改，请重新选。"
    en = "Please choose people who live in this home. Nothing was changed."
