"""Every word the importer says about a row: the closed list of codes, in both languages."""

from __future__ import annotations

REPAIRS: dict[str, tuple[str, str]] = {
    "birth_dropped": ("出生日期看不懂，已留空", "birth date not understood, left empty"),
    "birth_from_id": ("出生日期按身份证填写", "birth date taken from the ID number"),
    "category_synonym": ("人群类别已规范", "care category put into its present name"),
    "date_format": ("日期格式已统一", "date written in one form"),
    "fullwidth": ("全角字符已转半角", "full-width signs made half-width"),
    "household_from_above": ("按上一行的户补齐", "household taken from the row above"),
    "id_15_to_18": ("15位身份证号已升为18位", "15-digit ID number extended to 18"),
    "id_dropped": ("身份证号无效，已留空", "ID number not valid, left empty"),
    "inner_space": ("姓名中间空格已去除", "space inside the name removed"),
    "phone_dropped": ("电话无效，已留空", "phone not valid, left empty"),
    "phone_format": ("电话格式已统一", "phone written in one form"),
    "phone_split": ("两个电话已拆分", "two phones separated"),
    "sex_from_id": ("性别按身份证填写", "sex taken from the ID number"),
    "split_people": ("一格两人已拆为两行", "two people in one cell separated"),
    "strip_chars": ("多余字符已去除", "stray signs removed"),
    "trim": ("首尾空格已去除", "spaces at the ends removed"),
    "uppercase_x": ("身份证末位x已改为X", "final x of the ID number made X"),
}

REJECTS: dict[str, tuple[str, str]] = {
    "birth_in_future": ("出生日期晚于填报日", "birth date lies after the reference date"),
    "duplicate_in_file": ("表内重复", "stands twice in the file"),
    "duplicate_other_household": ("同一人登记在两户", "the same person stands in two households"),
    "household_missing": ("没有门牌，也没有户编号", "neither address nor household number"),
    "id_bad_date": ("身份证中的出生日期不存在", "the date inside the ID number does not exist"),
    "id_checksum": ("身份证校验位不对", "the ID number's check character does not fit"),
    "id_conflict": ("同一身份证号对应两个姓名", "one ID number with two names"),
    "id_length": ("身份证位数不对", "the ID number has the wrong length"),
    "id_precision_lost": (
        "身份证号被Excel截断，需重填",
        "the spreadsheet cut off the ID number, fill it in again",
    ),
    "name_missing": ("缺姓名", "name missing"),
    "split_ambiguous": (
        "一格多人且证件不全，需手工拆分",
        "several people in one cell and not all ID numbers",
    ),
}

WARNINGS: dict[str, tuple[str, str]] = {
    "birth_conflict": ("出生日期与身份证不符", "birth date differs from the ID number"),
    "category_unknown": ("类别不认识，请选择", "care category not known, please choose"),
    "formula_value": (
        "公式没有重算，用的是文件里存的结果",
        "a formula was not computed, its stored value was used",
    ),
    "id_15_digits": ("旧15位证号，请核实", "an old 15-digit number, please verify"),
    "id_missing": ("缺身份证号", "ID number missing"),
    "id_other_document": (
        "不是居民身份证号，按其他证件保留",
        "not a citizen number, kept as another document",
    ),
    "minor_under_14": ("未满14周岁，须监护人同意", "under 14, the guardian's consent is needed"),
    "phone_missing": ("缺电话", "phone missing"),
    "relation_unknown": (
        "与户主关系不认识，按其他亲属记",
        "relation not known, kept as other relative",
    ),
    "remark_deceased": ("备注显示已去世", "the remark says deceased"),
    "remark_moved_out": ("备注显示已迁出", "the remark says moved out"),
    "restricted_category": (
        "涉敏类别，转限制区",
        "restricted category, moved to the restricted store",
    ),
    "sex_conflict": ("性别与身份证不符", "sex differs from the ID number"),
}

SKIPS: dict[str, tuple[str, str]] = {
    "blank_row": ("空行", "blank row"),
    "footnote": ("填表说明", "footnote"),
    "header_again": ("重复的表头", "header row repeated"),
    "section_header": ("网格标题行", "section heading"),
    "total_row": ("合计行", "total row"),
    "vacant_home": ("空置房屋", "vacant home"),
}

SENTENCES = REPAIRS | REJECTS | WARNINGS | SKIPS


def chinese(code: str) -> str:
    return SENTENCES[code][0]
