"""The committed contract and the client's types are exactly what the schemas say."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts._lib import contract

pytestmark = pytest.mark.static


@pytest.fixture(scope="module")
def fresh() -> str:
    return contract.as_text(contract.document())


def test_the_committed_contract_is_the_one_the_schemas_make(fresh: str) -> None:
    assert contract.OPENAPI.read_text(encoding="utf-8") == fresh, "run scripts/contract"


def test_the_client_types_are_made_from_the_contract(fresh: str, tmp_path: Path) -> None:
    source, target = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    source.write_text(fresh, encoding="utf-8")
    contract.types(source, target)
    assert contract.TYPES.read_text(encoding="utf-8") == target.read_text(encoding="utf-8"), (
        "run scripts/contract"
    )


def test_the_clients_forms_are_made_from_the_definitions() -> None:
    assert contract.FORMS.read_text(encoding="utf-8") == contract.forms(), "run scripts/contract"
    said = contract.CONSENTS.read_text(encoding="utf-8")
    assert said == contract.consents(), "run scripts/contract"


def test_the_sound_of_the_helps_questions_is_made_from_its_words() -> None:
    assert contract.PINYIN.read_text(encoding="utf-8") == contract.pinyin(), "run scripts/contract"
