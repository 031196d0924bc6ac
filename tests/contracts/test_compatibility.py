"""The rules of compatibility, each broken once."""

from typing import Any

import msgspec
import pytest

from tests.contracts.compatibility import breaks


class Money(msgspec.Struct):
    amount: str
    currency: str


class Published(msgspec.Struct):
    name: str
    amount: Money | None = None
    tags: list[str] = []


def schema(type_: Any) -> dict[str, Any]:
    return msgspec.json.schema(type_)


def test_the_same_schema_breaks_nothing() -> None:
    assert breaks(schema(Published), schema(Published)) == []


def test_a_new_optional_field_breaks_nothing() -> None:
    class More(Published):
        source: str | None = None

    assert breaks(schema(Published), schema(More)) == []


class Lost(msgspec.Struct):
    amount: Money | None = None
    tags: list[str] = []


class Retyped(msgspec.Struct):
    name: int
    amount: Money | None = None
    tags: list[str] = []


class Demanding(msgspec.Struct):
    name: str
    source: str
    amount: Money | None = None
    tags: list[str] = []


class Lax(msgspec.Struct):
    name: str = ""
    amount: Money | None = None
    tags: list[str] = []


class Wider(msgspec.Struct):
    name: str
    amount: Money | int | None = None
    tags: list[str] = []


class Emptied(msgspec.Struct):
    name: str
    amount: Money | None = None
    tags: list[int] = []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (Lost, "name is gone"),
        (Retyped, "name was string and is integer"),
        (Demanding, "source became required"),
        (Lax, "name became optional"),
        (Wider, "can now be integer"),
        (Emptied, "tags[] was string and is integer"),
    ],
)
def test_an_incompatible_change_is_named(changed: type, said: str) -> None:
    assert any(said in sentence for sentence in breaks(schema(Published), schema(changed)))


def test_a_change_inside_a_nested_structure_is_named() -> None:
    inner = {"type": "object", "properties": {"currency": {"type": "string"}}, "required": ["currency"]}
    outer = {"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}], "$defs": {"Money": inner}}
    changed = {**outer, "$defs": {"Money": {**inner, "required": []}}}
    assert breaks(outer, changed)
