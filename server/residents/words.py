"""The register's closed words as people read them."""

from __future__ import annotations

RELATION_WORDS: dict[str, str] = {
    "head": "户主",
    "spouse": "配偶",
    "son": "儿子",
    "daughter": "女儿",
    "daughter_in_law": "儿媳",
    "son_in_law": "女婿",
    "father": "父亲",
    "mother": "母亲",
    "grandson": "孙子",
    "granddaughter": "孙女",
    "other_relative": "其他亲属",
    "tenant": "租户",
}
SEX_WORDS: dict[str, str] = {"male": "男", "female": "女"}
STATUSES = ("active", "moved_out", "deceased")
