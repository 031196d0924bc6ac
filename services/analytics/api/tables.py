"""An answer as tables: its single figures in one, each list in one of its own with what it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Kind, Language
from services.analytics.projections.answer_rows import Row, place_of, rows_of

Cell = str | int | Decimal | None
SUMMARY = "summary"
SAYS: dict[str, dict[Language, str]] = {
    "field": {"en": "Field", "zh": "项目"},
    "value": {"en": "Value", "zh": "值"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """`path`: the field inside a row, such as `amount.currency`; `kind`: of a measure, else None."""

    path: str
    heading: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: where the list stands in the answer, such as `processes.steps`; rows have a cell per column."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def tables_of(report: str, answer: Mapping[str, Any], language: Language) -> list[Table]:
    """All tables of a report's JSON answer: `summary` first, then the lists in their order, empty ones left out."""
    found = rows_of(report, answer)
    figures = found.pop("", [])
    lists = [table_of(report, path, rows, language) for path, rows in found.items()]
    return [*(_summary(report, row, language) for row in figures), *lists]


def table_of(report: str, path: str, rows: Sequence[Row], language: Language) -> Table:
    """One list; a column for every field that any row has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [_column(report, name, place_of(path, name), language) for name in names]
    kinds = [(column.path, column.kind is not None) for column in columns]
    cells = [[cell(row.get(name), is_measure=is_measure) for name, is_measure in kinds] for row in rows]
    return Table(path, columns, cells)


def cell(value: Any, *, is_measure: bool) -> Cell:
    """A measure becomes a number, what is no measure stays the text that it is."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | None:
            return value
        case float():
            return Decimal(repr(value))
        case str() if is_measure:
            return number(value)
        case _:
            return str(value)


def number(text: str) -> Cell:
    """A decimal string as a number; any other text as it is."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    return found if found.is_finite() else text


def _summary(report: str, row: Row, language: Language) -> Table:
    headings = [Column(name, SAYS[name][language]) for name in ("field", "value")]
    named = [(_column(report, name, name, language), value) for name, value in row.items()]
    figures = [(column.heading, cell(value, is_measure=column.kind is not None)) for column, value in named]
    return Table(SUMMARY, headings, figures)


def _column(report: str, name: str, place: str, language: Language) -> Column:
    measure = VOCABULARY.measure(report, place)
    return Column(name, VOCABULARY.heading(report, place, language), measure.kind if measure else None)
