"""The rows of a guard in CEL: one row, one bracket that can always be decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from services.pipeline.domain.sales_process.drawing import GuardRow, Operator
from services.pipeline.domain.sales_process.guard_facts import FIELDS, Kind, at_midnight
from shared.errors import Invalid

ORDERED: frozenset[Operator] = frozenset({"<", "<=", ">", ">="})
PRESENCE: frozenset[Operator] = frozenset({"is_set", "is_empty"})
EQUALITY: frozenset[Operator] = frozenset({"=", "!=", "in", "not_in"})
OPERATORS: Mapping[Kind, frozenset[Operator]] = MappingProxyType(
    {
        "text": PRESENCE | EQUALITY | {"contains"},
        "number": PRESENCE | EQUALITY | ORDERED,
        "whole": PRESENCE | EQUALITY | ORDERED,
        "date": PRESENCE | EQUALITY | ORDERED,
        "truth": frozenset({"=", "!="}),
        "texts": PRESENCE | {"contains"},
    }
)
MAX_VALUES = 100
MAX_DIGITS = 15
MAX_VALUE = 500
Value = str | Decimal | date | bool


class GuardRefused(Invalid):
    """The guard cannot be used."""

    code = "guard-refused"


def row_cel(row: GuardRow, field: str) -> str:
    """A row as CEL; `field` is the pointer of the row; raises GuardRefused.

    A field that is not set passes is_empty, != and not_in only.
    """
    kind = kind_of(row, field)
    name = f"deal.{row.field}"
    match row.operator:
        case "is_set":
            return _is_set(name, kind)
        case "is_empty":
            return f"!{_is_set(name, kind)}"
        case "contains":
            value = _literal(only_value(row, field))
            return f"({value} in {name})" if kind == "texts" else f"(has({name}) && {name}.contains({value}))"
        case "in":
            return f"(has({name}) && {name} in {_list(row, field)})"
        case "not_in":
            return f"(!has({name}) || !({name} in {_list(row, field)}))"
        case "!=":
            return f"(!has({name}) || {name} != {_literal(only_value(row, field))})"
        case _:
            sign = "==" if row.operator == "=" else row.operator
            return f"(has({name}) && {name} {sign} {_literal(only_value(row, field))})"


def kind_of(row: GuardRow, field: str) -> Kind:
    """The type of the row's field, where its operator suits it; raises GuardRefused."""
    kind = FIELDS.get(row.field)
    if kind is None:
        raise GuardRefused(
            f"Guards cannot ask for {row.field!r}; they know {', '.join(FIELDS)}.", field=f"{field}/field"
        )
    if row.operator not in OPERATORS[kind]:
        raise GuardRefused(f"{row.operator} cannot be asked of {row.field}.", field=f"{field}/operator")
    return kind


def only_value(row: GuardRow, field: str) -> Value:
    """The one value of a row; raises GuardRefused."""
    if not isinstance(row.value, str):
        raise GuardRefused(f"{row.operator} needs one value.", field=f"{field}/value")
    return _value(row.value, kind_of(row, field), f"{field}/value")


def list_of_values(row: GuardRow, field: str) -> list[Value]:
    """The values of an `in` or `not_in`; raises GuardRefused."""
    if not isinstance(row.value, tuple) or not 1 <= len(row.value) <= MAX_VALUES:
        raise GuardRefused(f"{row.operator} needs a list of 1 to {MAX_VALUES} values.", field=f"{field}/value")
    kind = kind_of(row, field)
    return [_value(text, kind, f"{field}/value/{at}") for at, text in enumerate(row.value)]


def _is_set(name: str, kind: Kind) -> str:
    return f"(size({name}) > 0)" if kind == "texts" else f"has({name})"


def _list(row: GuardRow, field: str) -> str:
    return f"[{', '.join(_literal(value) for value in list_of_values(row, field))}]"


def _value(text: str, kind: Kind, field: str) -> Value:
    match kind:
        case "number" | "whole":
            return _number(text, field)
        case "date":
            return _day(text, field)
        case "truth":
            return _truth(text, field)
        case _:
            return _text(text, field)


def _number(text: str, field: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        raise GuardRefused(f"A number has at most {MAX_DIGITS} digits, such as 1000 or 12.5.", field=field)
    return number


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise GuardRefused("A day is written 2026-01-31.", field=field) from None


def _truth(text: str, field: str) -> bool:
    if text not in {"true", "false"}:
        raise GuardRefused("This is true or false.", field=field)
    return text == "true"


def _text(text: str, field: str) -> str:
    if len(text) > MAX_VALUE:
        raise GuardRefused(f"A text has at most {MAX_VALUE} characters.", field=field)
    return text


def _literal(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return repr(float(value))
        case date():
            return f'timestamp("{at_midnight(value):%Y-%m-%dT%H:%M:%SZ}")'
        case str():
            return json.dumps(value, ensure_ascii=False)
