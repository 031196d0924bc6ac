"""Two answers of one report side by side: rows matched by what they are about, differences per measure; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Kind, Measure
from services.analytics.projections.answer_rows import Row, is_link, place_of, rows_of
from services.analytics.projections.figures import ratio

ADDITIVE: frozenset[Kind] = frozenset({"count", "money"})
STEP = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number in both answers, as text.

    `relative` = difference / |compared|, four decimals, None where there is nothing to divide by. A row that one answer
    lacks counts as 0 for counts and money. Money of two currencies has no difference.
    """

    measure: str
    unit: str
    current: str | None
    compared: str | None
    difference: str | None
    relative: str | None


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """`about`: the columns that say what the row is, from the answer that has it."""

    about: dict[str, Any]
    differences: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """`table`: where the list stands in the answer; "" for the single figures."""

    table: str
    rows: list[ComparedRow]


Side = tuple[list[Row], date]


@dataclass(frozen=True, slots=True)
class Part:
    """An answer as JSON and the first day of its period."""

    answer: Mapping[str, Any]
    first_day: date


def differences(report: str, current: Part, compared: Part) -> list[ComparedTable]:
    """Every list of either answer, and the single figures, with the difference of each measure in it."""
    now, then = rows_of(report, current.answer), rows_of(report, compared.answer)
    tables = []
    for name in dict.fromkeys((*now, *then)):
        sides = (now.get(name, []), current.first_day), (then.get(name, []), compared.first_day)
        tables.append(ComparedTable(name, _matched(report, name, sides)))
    return [table for table in tables if table.rows]


def _matched(report: str, table: str, sides: tuple[Side, Side]) -> list[ComparedRow]:
    names = list(dict.fromkeys(name for rows, _ in sides for row in rows for name in row))
    measures = {name: found for name in names if (found := VOCABULARY.measure(report, place_of(table, name)))}
    if not measures:
        return []
    about = [name for name in names if table and name not in measures and not is_link(name)]
    keys = [name for name in about if not _has_id(name, names) and not _is_unit(name)]
    left, right = (_keyed(rows, keys, first_day) for rows, first_day in sides)
    both = ((left.get(key), right.get(key)) for key in dict.fromkeys((*left, *right)))
    return [_row(about, measures, current, compared) for current, compared in both]


def _keyed(rows: Sequence[Row], keys: Sequence[str], first_day: date) -> dict[tuple[Any, ...], Row]:
    """Rows by what they are about; the first with a key counts, as no list of ours has two."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple(_key(name, row.get(name), first_day) for name in keys), row)
    return found


def _key(name: str, value: Any, first_day: date) -> Any:
    """Days, weeks, months and quarters count by how far they are from the first day of their period."""
    dimension = VOCABULARY.dimension(name)
    if dimension is None or not dimension.is_time or not isinstance(value, str):
        return value
    step = STEP.fullmatch(value)
    return value if step is None else _steps_between(first_day, step)


def _steps_between(first_day: date, step: re.Match[str]) -> tuple[str, int]:
    year, quarter, week, month, day = (int(part or 0) for part in step.groups())
    if quarter:
        return "quarter", (year - first_day.year) * 4 + quarter - (first_day.month + 2) // 3
    if week:
        return "week", (date.fromisocalendar(year, week, 1) - first_day).days // 7
    if day:
        return "day", (date(year, month, day) - first_day).days
    if month:
        return "month", (year - first_day.year) * 12 + month - first_day.month
    return "year", year - first_day.year


def _row(
    about: Sequence[str], measures: Mapping[str, Measure], current: Row | None, compared: Row | None
) -> ComparedRow:
    shown = current if current is not None else compared or {}
    numbers = {name: _difference(name, measure, current, compared) for name, measure in measures.items()}
    return ComparedRow({name: shown.get(name) for name in about}, numbers)


def _difference(name: str, measure: Measure, current: Row | None, compared: Row | None) -> Difference:
    now, then = _value(current, name), _value(compared, name)
    told = (_told(now), _told(then))
    if measure.kind in ADDITIVE:
        now, then = (Decimal(0) if row is None else value for row, value in ((current, now), (compared, then)))
    if now is None or then is None or _other_currency(name, measure, current, compared):
        return Difference(measure.key, measure.unit, *told, None, None)
    return Difference(measure.key, measure.unit, *told, _told(now - then), ratio(now - then, abs(then)))


def _other_currency(name: str, measure: Measure, current: Row | None, compared: Row | None) -> bool:
    beside = f"{name.rpartition('.')[0]}.currency".removeprefix(".")
    if measure.kind != "money" or current is None or compared is None:
        return False
    return bool(current.get(beside) != compared.get(beside))


def _value(row: Row | None, name: str) -> Decimal | None:
    value = row.get(name) if row is not None else None
    return None if value is None else Decimal(str(value))


def _told(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _has_id(name: str, names: Sequence[str]) -> bool:
    """A name that people read beside the id that it belongs to."""
    return any(f"{name}{mark}" in names for mark in ("_id", "_key"))


def _is_unit(name: str) -> bool:
    """The currency of one amount in a row; the currency of a whole row says what the row is about."""
    return name.endswith(".currency")
