"""Finds guards that no deal can ever pass: rows about one field that leave no value for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from services.pipeline.domain.sales_process.drawing import Guard, GuardRow, Operator
from services.pipeline.domain.sales_process.fields import FORECAST_CATEGORIES
from services.pipeline.domain.sales_process.guard_facts import FIELDS
from services.pipeline.domain.sales_process.guard_rows import ORDERED, list_of_values, only_value

ALWAYS_SET = frozenset({"name", "stage", "days_in_stage", "age_days", "has_owner", "probability"})
FORGIVING: frozenset[Operator] = frozenset({"is_empty", "!=", "not_in"})
LEAST: Mapping[str, int] = MappingProxyType({"amount": 0, "days_in_stage": 0, "age_days": 0, "probability": 0})
MOST: Mapping[str, int] = MappingProxyType({"probability": 100})


def impossible(guard: Guard, stages: Collection[str]) -> str | None:
    """The field whose rows contradict each other, None where a deal may pass; free CEL is not looked into.

    `stages`: the stages that a deal may be in when the guard is asked. Every row is one that row_cel accepts.
    """
    if guard.cel is not None:
        return None
    if guard.match == "all":
        fields = dict.fromkeys(row.field for row in guard.rows)
        return next((field for field in fields if _none_left(field, _about(field, guard.rows), stages)), None)
    hopeless = [row.field for row in guard.rows if _none_left(row.field, [row], stages)]
    return hopeless[0] if len(hopeless) == len(guard.rows) else None


def _about(field: str, rows: Iterable[GuardRow]) -> list[GuardRow]:
    return [row for row in rows if row.field == field]


def _none_left(field: str, rows: Sequence[GuardRow], stages: Collection[str]) -> bool:
    """Whether no value of the field, nor its absence, passes all these rows."""
    if field not in ALWAYS_SET and all(row.operator in FORGIVING for row in rows):
        return False
    if any(row.operator == "is_empty" for row in rows):
        return True
    if FIELDS[field] == "texts":
        return False
    asked = [row for row in rows if row.operator != "is_set"]
    domain = _domain(field, stages)
    named = [_values(row) for row in asked if row.operator in ("=", "in")]
    if not named and domain is None:
        return _empty_range(field, asked)
    candidates = named[0] if named else domain or ()
    possible = [value for value in candidates if _in_range(field, value) and (domain is None or value in domain)]
    return not any(_passes(asked, value) for value in possible)


def _domain(field: str, stages: Collection[str]) -> Collection[Any] | None:
    """The only values that a field can have, None where they are not to be counted."""
    match field:
        case "stage":
            return stages
        case "forecast_category":
            return FORECAST_CATEGORIES
        case "has_owner":
            return (True, False)
        case _:
            return None


def _empty_range(field: str, rows: Sequence[GuardRow]) -> bool:
    """Whether the bounds on a number or a day leave nothing between them; texts always leave something."""
    ordered = [row for row in rows if row.operator in ORDERED]
    if FIELDS[field] == "text" or not (ordered or field in LEAST):
        return False
    excluded = {value for row in rows if row.operator in ("!=", "not_in") for value in _values(row)}
    if FIELDS[field] == "number":
        return _empty_interval(field, ordered, excluded)
    lowest, highest = _whole_bounds(field, ordered)
    if lowest > highest:
        return True
    within = {value for value in map(_counted, excluded) if lowest <= value <= highest and value == math.floor(value)}
    return len(within) > highest - lowest


def _empty_interval(field: str, rows: Sequence[GuardRow], excluded: Collection[Any]) -> bool:
    lower, upper = _bounds(rows, ">", ">="), _bounds(rows, "<", "<=")
    if field in LEAST:
        lower.append((Decimal(LEAST[field]), False))
    if not lower or not upper:
        return False
    low, high = max(value for value, _ in lower), min(value for value, _ in upper)
    if low != high:
        return bool(low > high)
    return low in excluded or any(strict for value, strict in (*lower, *upper) if value == low)


def _bounds(rows: Sequence[GuardRow], strict: Operator, lax: Operator) -> list[tuple[Any, bool]]:
    """The bounds that rows with these operators set, and whether each is strict."""
    return [(only_value(row, ""), row.operator == strict) for row in rows if row.operator in (strict, lax)]


def _whole_bounds(field: str, rows: Sequence[GuardRow]) -> tuple[float, float]:
    """The lowest and the highest whole number, or day, that the rows let through."""
    lowest: float = LEAST.get(field, -math.inf)
    highest: float = MOST.get(field, math.inf)
    for row in rows:
        bound = _counted(only_value(row, ""))
        match row.operator:
            case ">":
                lowest = max(lowest, math.floor(bound) + 1)
            case ">=":
                lowest = max(lowest, math.ceil(bound))
            case "<":
                highest = min(highest, math.ceil(bound) - 1)
            case _:
                highest = min(highest, math.floor(bound))
    return lowest, highest


def _counted(value: Any) -> Any:
    return value.toordinal() if isinstance(value, date) else value


def _in_range(field: str, value: Any) -> bool:
    if FIELDS[field] == "whole" and value != math.floor(value):
        return False
    return bool(LEAST.get(field, -math.inf) <= value <= MOST.get(field, math.inf)) if field in LEAST else True


_SIGNS: Mapping[Operator, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": lambda value, bound: bool(value < bound),
        "<=": lambda value, bound: bool(value <= bound),
        ">": lambda value, bound: bool(value > bound),
        ">=": lambda value, bound: bool(value >= bound),
        "contains": lambda value, part: part in value,
    }
)


def _passes(rows: Iterable[GuardRow], value: Any) -> bool:
    return all(_holds(row, value) for row in rows)


def _holds(row: GuardRow, value: Any) -> bool:
    match row.operator:
        case "=" | "in":
            return value in _values(row)
        case "!=" | "not_in":
            return value not in _values(row)
        case _:
            return _SIGNS[row.operator](value, only_value(row, ""))


def _values(row: GuardRow) -> Collection[Any]:
    return list_of_values(row, "") if isinstance(row.value, tuple) else [only_value(row, "")]
