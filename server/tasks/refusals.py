"""What a task verb may refuse, in words a person can act on."""

from __future__ import annotations

from server.kit.errors import ApiError


class TaskOver(ApiError):
    code, status = "task.over", 409
    zh = "这项任务已经办完或取消了，没有改。"
    en = "This task is done or cancelled already and was not changed."


class TaskMoved(ApiError):
    code, status = "task.changed_meanwhile", 409
    zh = "别人刚改过这项任务，您的没有存。请看过新的再改。"
    en = "Somebody changed this task just now; yours was not stored. Please look at it first."


class TaskTaken(ApiError):
    code, status = "task.taken", 409
    zh = "这户已经有人去了，您不用再去。您记过的走访都在。"
    en = "Somebody is already going to this home; you need not. Every visit you recorded is kept."


class HeldAlready(ApiError):
    code, status = "task.held_already", 409
    zh = "这户已经派给{holder}了，{due}前去。要换人，请在任务里改派。"
    en = "{holder} already has this home, to visit by {due}. To change the person, reassign that task."


class PersonNotHere(ApiError):
    code, status = "task.person_not_here", 422
    zh = "这位不在本社区的名单里，没有派。请换一位，或放进“谁都可接”。"
    en = "This person is not on your community's list; nothing was assigned. Choose another, or let anybody take it."


class DueInThePast(ApiError):
    code, status = "task.due_in_the_past", 422
    zh = "这个日子已经过了，请选今天或以后。"
    en = "That day is over; please choose today or later."
