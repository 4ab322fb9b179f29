"""The visit forms as versioned definitions: what is asked, in which words, with which answers (domain.md 3).

Validation (readings.py), the phone's screen and the committee's page are all made from these; ``scripts/contract`` writes them to pwa/src/api/forms.json. A changed form is a new version
beside the old one: what was recorded with a version is read with that version for good.

At an elder's door the detailed fields of F2 fold into five heads, each answered 好 or 要留意; which
of its signs one saw is optional. An unasked question is null and means nothing. ``risk_level`` is
the committee's to decide and is never asked at a door.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.consents.texts import CHILD_CHECK
from server.visits.questions import WATCH, Choice, Form, Head, Question, Words


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

_HAZARDS = Question("hazards", Words("家里有哪样不放心？", "Anything at home that worries you?"), HAZARDS, many=True, required=True)  # fmt: skip
_NEXT = Question("next_action", Words("接下来？", "What next?"), NEXT, required=True)
_NEEDS = Question("needs", Words("想要什么帮助？", "What help is wanted?"), NEEDS, many=True, open=True, aside=True)  # fmt: skip
_POLICIES = Question("policies_told", Words("讲了哪些政策？", "Which policies were explained?"), POLICIES, many=True, open=True, aside=True)  # fmt: skip

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
            aside=True,
        ),
        Question(
            "device_ok",
            Words("呼叫器好用吗？", "Does the call button work?"),
            _choices(("yes", "好用", "Works"), ("no", "不好用", "Does not work")),
            aside=True,
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

CHILD_CHECKS = "visits.child_checks"


def _of_child(
    id_: str, zh: str, en: str, *rows: tuple[str, str, str], many: bool = False, must: bool = False
) -> Question:
    return Question(
        id_, Words(zh, en), _choices(*rows), many=many, sensitive=True, required=must
    )  # fmt: skip


F2C_BEFORE = Form(
    "F2c",
    1,
    Words("儿童走访记录", "Child's visit"),
    (
        _of_child(
            "guardianship",
            "孩子有人照看吗？",
            "Is the child looked after?",
            ("good", "照看得好", "Well"),
            ("weak", "照看不周", "Not enough"),
            ("absent", "没人照看", "By nobody"),
            must=True,
        ),
        _of_child(
            "school",
            "上学怎么样？",
            "School?",
            ("attending", "在上学", "Attends"),
            ("absent", "常缺课", "Often absent"),
            ("dropout", "不上学了", "Left school"),
            must=True,
        ),
        _of_child(
            "child_health",
            "身体怎么样？",
            "Health?",
            ("well", "好", "Well"),
            ("watch", "要留意", "Keep an eye on it"),
        ),
        _of_child(
            "contact_with_parents",
            "多久和爸妈联系一回？",
            "How often in touch with the parents?",
            ("weekly", "每周", "Every week"),
            ("monthly", "每月", "Every month"),
            ("rare", "很少", "Seldom"),
            ("none", "没有", "Never"),
            must=True,
        ),
        _of_child(
            "harm_sign",
            "有没有受伤害的样子？",
            "Any sign of harm?",
            ("none", "没有", "None"),
            ("suspected", "有点像", "Perhaps"),
            ("found", "有", "Yes"),
            must=True,
        ),
        _of_child(
            "guardian",
            "谁在照看？（姓名、是孩子什么人、电话）",
            "Who looks after the child? (name, relation, phone)",
        ),
        _of_child(
            "entrusted_carer", "爸妈托给谁了？", "To whom did the parents entrust the child?"
        ),
        _of_child(
            "support",
            "想要什么帮助？",
            "What help is wanted?",
            ("study", "学习", "Study"),
            ("company", "陪伴", "Company"),
            ("counselling", "心理疏导", "Counselling"),
            ("goods", "衣物用品", "Clothes, things"),
            ("school_return", "劝返上学", "Back to school"),
            many=True,
        ),
        _NEXT,
    ),
    only=CHILD_CHECKS,
)

F2C = replace(F2C_BEFORE, version=2, consent=CHILD_CHECK)
"""The same questions, asked once somebody has agreed to them: it names the child and the consent."""

FORMS: tuple[Form, ...] = (F1, F2, F2C_BEFORE, F2C)
"""Every version that was ever in use; none is ever taken out or changed."""


def find(form: object, version: object) -> Form | None:
    """This version of a form; of a version nobody here knows yet the newest there is; else None."""
    same = [one for one in FORMS if one.id == form]
    for one in same:
        if one.version == version:
            return one
    return max(same, key=lambda one: one.version, default=None)


def watched(form: Form, said: dict[str, Any]) -> int:
    """How many things somebody should keep an eye on: heads, or dangers found at home.

    Of a form that only some may read nothing is said in clear.
    """
    if form.only is not None:
        return 0
    heads: int = sum((said.get(head.id) or {}).get("state") == WATCH for head in form.heads)
    found: list[str] = said.get("hazards") or []
    return heads + len(found)


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
            "consent": form.consent,
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
                    "required": one.required,
                    "aside": one.aside,
                    "sensitive": one.sensitive,
                }
                for one in form.questions
            ],
        }
        for form in FORMS
    ]
