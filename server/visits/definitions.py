"""The visit forms as versioned definitions: what is asked, in which words, with which answers (domain.md 3).

Validation (readings.py), the phone's screen, the committee's page and its paper are all made from
these; ``scripts/contract`` writes them to pwa/src/api/forms.json. A changed form is a new version
beside the old one: what was recorded with a version is read with that version for good.

At an elder's door the detailed fields of F2 fold into five heads, each answered 好 or 要留意; which
of its signs one saw is optional. An unasked question is null and means nothing. ``risk_level`` is
the committee's to decide and is never asked at a door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WELL, WATCH = "well", "watch"
STATES = (WELL, WATCH)


@dataclass(frozen=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    id: str
    words: Words


@dataclass(frozen=True)
class Head:
    """One of the things to look at: well, to keep an eye on, or not asked; and the signs seen.

    ``paper`` is its name on the paper form. What was seen of a person is always ``sensitive``.
    """

    id: str
    words: Words
    hint: Words
    paper: Words
    signs: tuple[Choice, ...]
    sensitive: bool = True


@dataclass(frozen=True)
class Question:
    """One question with choices, of which ``many`` may be taken.

    ``open``: other answers than the listed ones are taken too, as their own words. ``sensitive``:
    for the committee alone; once recorded it is never shown again to who recorded it.
    """

    id: str
    words: Words
    choices: tuple[Choice, ...]
    many: bool = False
    open: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class Form:
    """One version of one form."""

    id: str
    version: int
    words: Words
    questions: tuple[Question, ...]
    heads: tuple[Head, ...] = ()

    @property
    def sensitive(self) -> frozenset[str]:
        """Answers that are for the committee alone once they are recorded."""
        heads = {one.id for one in self.heads if one.sensitive}
        return frozenset(heads | {one.id for one in self.questions if one.sensitive})


def _choices(*rows: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(id_, Words(zh, en)) for id_, zh, en in rows)


HAZARDS = _choices(
    ("gas", "燃气", "Gas"),
    ("electric", "用电", "Electricity"),
    ("heating_co", "取暖", "Heating"),
    ("fire", "火灾隐患", "Fire risk"),
    ("falls", "怕跌倒", "Falls"),
    ("structure", "房屋", "Building"),
    ("flood", "汛期", "Flood"),
    ("scam", "诈骗电话", "Scam calls"),
    ("other", "其他", "Other"),
)
NEXT = _choices(
    ("none", "不用了", "Nothing"),
    ("revisit", "再来一趟", "Visit again"),
    ("refer", "请居委会来办", "The committee should act"),
    ("escalate", "急，马上报居委会", "Urgent, tell the committee now"),
)
NEEDS = _choices(
    ("meal", "吃饭", "Meals"),
    ("cleaning", "打扫", "Cleaning"),
    ("medical_escort", "陪看病", "To the doctor"),
    ("errand", "跑腿", "Errands"),
    ("repair", "修东西", "Repairs"),
    ("companionship", "说说话", "Company"),
    ("bathing", "洗澡", "Bathing"),
    ("subsidy", "问补贴", "Subsidies"),
)
POLICIES = _choices(
    ("elder", "养老", "Old age"),
    ("aid", "社会救助", "Social aid"),
    ("medical", "医保", "Medical cover"),
    ("scam", "防诈骗", "Scams"),
    ("fire", "用火用电", "Fire, electricity"),
    ("disaster", "防灾避险", "Disasters"),
)

_HAZARDS = Question("hazards", Words("家里有哪样不放心？", "Anything at home that worries you?"), HAZARDS, many=True)  # fmt: skip
_NEXT = Question("next_action", Words("接下来？", "What next?"), NEXT)
_NEEDS = Question("needs", Words("想要什么帮助？", "What help is wanted?"), NEEDS, many=True, open=True)  # fmt: skip
_POLICIES = Question("policies_told", Words("讲了哪些政策？", "Which policies were explained?"), POLICIES, many=True, open=True)  # fmt: skip

F1 = Form(
    "F1", 1, Words("入户走访登记表", "Home visit"), (_HAZARDS, _NEXT, _NEEDS, _POLICIES)
)  # fmt: skip

F2 = Form(
    "F2",
    1,
    Words("老年人探访记录表", "Elder's visit"),
    (
        _NEXT,
        Question(
            "supporter_contact",
            Words("儿女多久联系一回？", "How often do the children get in touch?"),
            _choices(
                ("daily", "每天", "Every day"),
                ("weekly", "每周", "Every week"),
                ("monthly", "每月", "Every month"),
                ("rare", "很少", "Seldom"),
                ("none", "没有", "Never"),
            ),
            sensitive=True,
        ),
        Question(
            "device_ok",
            Words("呼叫器好用吗？", "Does the call button work?"),
            _choices(("yes", "好用", "Works"), ("no", "不好用", "Does not work")),
        ),
        _NEEDS,
        _POLICIES,
    ),
    (
        Head(
            "health",
            Words("健康", "Health"),
            Words("走动、吃饭", "moving, eating"),
            Words("健康状况", "State of health"),
            _choices(
                ("unwell", "不舒服", "Unwell"),
                ("acute", "突然病了", "Suddenly ill"),
                ("moving", "走动不便", "Moving about"),
                ("eating", "吃得少", "Eating little"),
                ("medicine", "药没按时吃", "Medicine missed"),
            ),
        ),
        Head(
            "mind",
            Words("精神", "Spirits"),
            Words("心情、记性", "mood, memory"),
            Words("精神状态", "State of mind"),
            _choices(
                ("low", "闷闷不乐", "Low"),
                ("anxious", "心里着急", "Anxious"),
                ("confused", "犯糊涂", "Confused"),
            ),
        ),
        Head(
            "safety",
            Words("安全", "Safety"),
            Words("水、电、燃气", "water, power, gas"),
            Words("安全情况", "Safety"),
            _choices(
                ("gas", "燃气", "Gas"),
                ("water", "水暖", "Water, heating"),
                ("electric", "用电", "Electricity"),
            ),
        ),
        Head(
            "hygiene",
            Words("卫生", "Hygiene"),
            Words("身上、家里", "person, home"),
            Words("卫生状况", "Hygiene"),
            _choices(
                ("person", "身上", "Person"),
                ("home", "家里", "Home"),
                ("around", "门口周边", "Around the door"),
            ),
        ),
        Head(
            "living",
            Words("居住", "Living"),
            Words("屋里、邻里", "rooms, neighbours"),
            Words("居住环境", "Living conditions"),
            _choices(
                ("indoor", "屋里", "Indoors"),
                ("outdoor", "屋外", "Outdoors"),
                ("neighbours", "邻里", "Neighbours"),
            ),
        ),
    ),
)

FORMS: tuple[Form, ...] = (F1, F2)
"""Every version that was ever in use; none is ever taken out or changed."""


def find(form: object, version: object) -> Form | None:
    """This version of a form; of a version nobody here knows yet the newest there is; else None."""
    same = [one for one in FORMS if one.id == form]
    for one in same:
        if one.version == version:
            return one
    return max(same, key=lambda one: one.version, default=None)


def watched(form: Form, said: dict[str, Any]) -> int:
    """How many heads somebody should keep an eye on."""
    return sum((said.get(head.id) or {}).get("state") == WATCH for head in form.heads)


def as_data() -> list[dict[str, Any]]:
    """All forms as the client reads them."""

    def words(said: Words) -> dict[str, str]:
        return {"zh": said.zh, "en": said.en}

    def choices(rows: tuple[Choice, ...]) -> list[dict[str, Any]]:
        return [{"id": one.id, **words(one.words)} for one in rows]

    return [
        {
            "id": form.id,
            "version": form.version,
            "words": words(form.words),
            "heads": [
                {
                    "id": head.id,
                    "words": words(head.words),
                    "hint": words(head.hint),
                    "paper": words(head.paper),
                    "signs": choices(head.signs),
                    "sensitive": head.sensitive,
                }
                for head in form.heads
            ],
            "questions": [
                {
                    "id": one.id,
                    "words": words(one.words),
                    "choices": choices(one.choices),
                    "many": one.many,
                    "sensitive": one.sensitive,
                }
                for one in form.questions
            ],
        }
        for form in FORMS
    ]
