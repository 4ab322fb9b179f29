"""Fields and shapes every feature's contract is written with."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate


class Whole(fields.Field[int]):
    """A whole number; ``2.58`` and ``true`` are refused, ``53.0`` is 53 (as JSON Schema has it)."""

    def __init__(
        self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any
    ) -> None:
        metadata = {"type": "integer", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)
        low = -(2**53) + 1 if minimum is None else minimum
        high = 2**53 - 1 if maximum is None else maximum
        self.validators.append(validate.Range(low, high))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and value.lstrip("-").isdigit() and len(value) < 20:
            return int(value)  # query strings
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise ValidationError("请填整数。")
        return int(value)


class Text(fields.String):
    """Text from a person: no NUL, no lone surrogate, trimmed, bounded."""

    def __init__(self, *, most: int = 500, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(validate.Length(least, most))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        said: str = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in said or any(0xD800 <= ord(sign) <= 0xDFFF for sign in said):
            raise ValidationError("有一个字符存不了，请删掉再试。")
        return said.strip()


class AreaCode(fields.String):
    """The code of a division as published: 2 to 12 digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(validate.Regexp(r"^[0-9]{2,12}\Z", error="这不是行政区划代码。"))


class ErrorSchema(Schema):
    """The one error shape."""

    error = fields.String(required=True)
    message = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        data_key="fields",
        attribute="fields",
        required=True,
    )
    details = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class PageQuery(Schema):
    """Paging of lists: which page, how long."""

    page = Whole(load_default=1, minimum=1, maximum=100_000)
    page_size = Whole(load_default=50, minimum=1, maximum=200)


class PageInfo(Schema):
    """Where in a list the answer stands."""

    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
    total = fields.Integer(required=True)
