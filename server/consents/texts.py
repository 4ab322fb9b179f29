"""The words people agree to, one text a purpose, each in numbered versions that are never changed.

A text says what it is for, which facts are written down, why they are needed, what it may mean for
the child, and that a no stops nothing else (PIPL 16, 17, 29, 30). ``scripts/contract`` writes them
to pwa/src/api/consents.json, so that they are read and agreed to without a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CHILD_CHECK, CHILD_REFERRAL = "child_check", "child_referral"


@dataclass(frozen=True)
class Said:
    """One language of a text."""

    title: str
    what: str
    need: str
    effect: str
    no: str
    rights: str


@dataclass(frozen=True)
class Text:
    """One version of the words for one purpose."""

    purpose: str
    version: int
    data_kinds: tuple[str, ...]
    sensitive: bool
    zh: Said
    en: Said


TEXTS: tuple[Text, ...] = (
    Text(
        CHILD_CHECK,
        1,
        ("guardianship", "school", "health", "contact_with_parents", "harm_sign", "guardian"),
        True,
        Said(
            title="同意做儿童走访记录",
            what="儿童主任上门看望时，记下：有没有人照看、上学情况、身体怎么样、和爸妈的联系、有没有受伤害的样子、谁在照看（姓名、关系、电话）。",
            need="为什么要记：知道孩子过得怎么样，需要时及时帮上忙。",
            effect="有什么影响：记录加密保存，只有本村（居）儿童主任能看内容；不给照片，不公开，不给孩子贴标签。记录不会自动决定任何待遇。",
            no="不同意也没关系：不填这张表，别的走访和帮助照常。",
            rights="随时可以收回，跟儿童主任或居委会说一声就行，不用讲理由；收回以后不再新记。也可以要求看、改、删。",
        ),
        Said(
            title="Agreeing to a record of visits to the child",
            what="When the children's director visits, this is written down: whether somebody looks after the child, school, health, contact with the parents, any sign of harm, and who looks after the child (name, relation, phone).",
            need="Why it is needed: to know how the child is, and to help in time.",
            effect="What it means: records are stored encrypted and only this community's children's director reads them; no photo, nothing is published, the child gets no label. No benefit is decided by the record.",
            no="A no is fine: this form is not filled in, and all other visits and help go on.",
            rights="It can be withdrawn at any time by a word to the director or the committee, without a reason; nothing new is recorded then. You may also ask to see, correct or delete what is there.",
        ),
    ),
    Text(
        CHILD_REFERRAL,
        1,
        ("school", "health", "help_wanted"),
        True,
        Said(
            title="同意请别的单位来帮忙",
            what="把帮忙用得着的情况（上学、身体、想要什么帮助）告诉说好的单位：学校、卫生院或民政部门。每次告诉谁，都先说一声。",
            need="为什么要告诉：这些忙居委会自己帮不了，对方要知道情况才帮得上。",
            effect="有什么影响：对方会知道孩子的这些情况，只能用来帮这个忙。",
            no="不同意也没关系：不告诉别人，走访和居委会自己的帮助照常。",
            rights="随时可以收回，不用讲理由；收回以后不再告诉别人。",
        ),
        Said(
            title="Agreeing to ask others for help",
            what="What is needed for the help (school, health, help wanted) is told to the office agreed on: the school, the clinic or civil affairs. You hear each time who is told.",
            need="Why it is needed: the committee cannot give this help itself, and those who can must know.",
            effect="What it means: they learn this about the child and may use it for this help alone.",
            no="A no is fine: nobody is told, and visits and the committee's own help go on.",
            rights="It can be withdrawn at any time, without a reason; nobody is told from then on.",
        ),
    ),
)
"""Every version that was ever shown; none is ever taken out or changed."""

PURPOSES = tuple(dict.fromkeys(text.purpose for text in TEXTS))


def find(purpose: str, version: int) -> Text | None:
    """The words of this version."""
    return next((t for t in TEXTS if (t.purpose, t.version) == (purpose, version)), None)


def as_data() -> list[dict[str, Any]]:
    """All texts as the client reads them."""
    return [
        {
            "purpose": text.purpose,
            "version": text.version,
            "data_kinds": list(text.data_kinds),
            "sensitive": text.sensitive,
            "zh": vars(text.zh),
            "en": vars(text.en),
        }
        for text in TEXTS
    ]
